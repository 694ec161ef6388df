import Foundation

/// A chat template, parsed once and rendered as often as needed.
///
/// The language is Jinja2's as transformers sets it up: sandboxed, with `trim_blocks`,
/// `lstrip_blocks` and loop controls. <doc:Language> has its grammar. A template can access only
/// the arguments of `render`; its work, depth and output are bounded.
public struct JinjaTemplate: Sendable {
    private let body: [Located]

    /// Reads a template.
    ///
    /// - Throws: `TemplateError` with the number of the wrong line.
    public init(_ source: String) throws { body = try Parser.statements(of: source) }

    /// Renders the template with a context.
    ///
    /// - Parameter now: the time for `strftime_now`
    /// - Throws: `TemplateError` with the current line, also where the template itself raises an
    ///   error.
    public func render(_ context: TemplateValue, now: Date = Date()) throws -> String {
        try rendering(context, now: now).text
    }

    /// Renders the template with a context, and records which parts are contents.
    public func rendering(_ context: TemplateValue, now: Date = Date()) throws -> Rendering {
        guard case .dictionary(let fields) = context else {
            throw TemplateError(line: 1, problem: "the context is no dictionary", isRaised: false)
        }
        var values: [String: Value] = [:]
        do {
            for field in fields { values[field.name] = try Value(field.value) }
        } catch let problem as Problem {
            throw TemplateError(
                line: 1, problem: "the context: \(problem.text)", isRaised: false)
        }
        return Rendering(try Renderer(context: values, now: now).render(body))
    }
}

/// The output of a template.
public struct Rendering: Hashable, Sendable {
    public let text: String
    /// The locations of letters of contents, by offsets into the UTF-8 text, in order.
    public let contents: [Range<Int>]

    init(_ letters: [Letter]) {
        text = letters.string
        var contents: [Range<Int>] = []
        var offset = 0
        var start: Int?
        for letter in letters {
            if letter.isContent != (start != nil) {
                if let first = start { contents.append(first..<offset) }
                start = letter.isContent ? offset : nil
            }
            offset += UTF8.width(letter.scalar)
        }
        if let start { contents.append(start..<offset) }
        self.contents = contents
    }
}

extension Value {
    fileprivate init(_ value: TemplateValue, depth: Int = 0) throws {
        guard depth <= Bounds.valueDepth else {
            throw Problem("it nests more than \(Bounds.valueDepth) deep")
        }
        switch value {
        case .none: self = .none
        case .boolean(let value): self = .boolean(value)
        case .integer(let value): self = .integer(value)
        case .float(let value): self = .float(value)
        case .string(let text): self = .text([Letter](text))
        case .content(let text): self = .text([Letter](text, isContent: true))
        case .list(let elements):
            self = .items(try Items(.list, elements.map { try Value($0, depth: depth + 1) }))
        case .dictionary(let fields):
            self = .dictionary(
                try Table(
                    fields.map { (.text($0.name), try Value($0.value, depth: depth + 1)) }))
        }
    }
}
