import Foundation

/// The words of a figure: a Markdown template of `Figures/Texts` whose numbers are filled in.
///
/// `{{name}}` is a value, `{{#flag}}…{{/flag}}` stands where a flag is true, `{{^flag}}…{{/flag}}` where it is
/// false. Every name of the template must have a value and every value a name, in sections that are left
/// out too, so that a quick run finds what a whole one would lack.
struct FigureText {
    private let template: String

    init(_ bytes: [UInt8]) { template = String(decoding: bytes, as: UTF8.self) }

    func filled(_ values: [String: String] = [:], flags: [String: Bool] = [:]) -> String {
        var named: Set<String> = []
        var text = ""
        /// Flags of the sections that are open, innermost last.
        var open: [(name: String, isShown: Bool)] = []
        var rest = template[...]
        while let start = rest.range(of: "{{") {
            guard let end = rest.range(of: "}}", range: start.upperBound..<rest.endIndex) else {
                break
            }
            if open.allSatisfy(\.isShown) { text += rest[..<start.lowerBound] }
            let tag = rest[start.upperBound..<end.lowerBound]
            rest = rest[end.upperBound...]
            switch tag.first {
            case "#", "^":
                let name = String(tag.dropFirst())
                guard let flag = flags[name] else { preconditionFailure("no flag '\(name)'") }
                named.insert(name)
                open.append((name, flag == (tag.first == "#")))
            case "/":
                precondition(
                    open.popLast()?.name == String(tag.dropFirst()), "'\(tag)' closes nothing")
            default:
                guard let value = values[String(tag)] else {
                    preconditionFailure("no value '\(tag)'")
                }
                named.insert(String(tag))
                if open.allSatisfy(\.isShown) { text += value }
            }
        }
        precondition(open.isEmpty, "a section that is not closed")
        let unused = Set(values.keys).union(flags.keys).subtracting(named)
        precondition(unused.isEmpty, "values without a place: \(unused.sorted())")
        return Self.tidy(text + rest)
    }

    /// Left-out sections leave neither gaps nor blanks at the end of a line.
    private static func tidy(_ text: String) -> String {
        var lines: [String] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let line = String(line.reversed().drop { $0 == " " }.reversed())
            if line.isEmpty, lines.last?.isEmpty ?? true { continue }
            lines.append(line)
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.joined(separator: "\n") + "\n"
    }
}
