import Mustache

/// The text of a figure: a Markdown template of `Figures/Texts` whose numbers are filled in.
///
/// `{{name}}` is a value, a section belongs to a flag. Every name of the template must have a value
/// and every value a name, also in omitted sections: a quick run finds what a whole one would lack.
struct FigureText {
    private let template: String

    init(_ bytes: [UInt8]) { template = String(decoding: bytes, as: UTF8.self) }

    func filled(_ values: [String: String] = [:], flags: [String: Bool] = [:]) -> String {
        let given = Set(values.keys).union(flags.keys)
        precondition(names == given, "without a pair: \(names.symmetricDifference(given).sorted())")
        let context = values.mapValues { $0 as Any }.merging(flags.mapValues { $0 as Any }) { $1 }
        do {
            let text = try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}" + template)
            return Self.tidy(text.render(context))
        } catch {
            preconditionFailure("a template of ours: \(error)")
        }
    }

    /// The names of values and flags, including those in omitted sections.
    private var names: Set<String> {
        Set(template.matches(of: /\{\{[#^\/]?(\w+)\}\}/).map { String($0.1) })
    }

    /// Omitted sections leave neither gaps nor trailing blanks.
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
