import Foundation

/// A chat template, parsed once and rendered as often as needed.
///
/// The language is Jinja2's as transformers sets it up: sandboxed, with `trim_blocks`,
/// `lstrip_blocks` and loop controls. <doc:Language> has its grammar. A template can access only
/// the arguments of `render`; its work, depth and output are bounded.
public struct JinjaTemplate: Sendable {
    private let body: [Statement]

    /// Reads a template.
    ///
    /// - Throws: `TemplateError` with the number of the wrong line.
    public init(_ source: String) throws {
        let parser = Parser(source)
        body = try located(parser.line) { try parser.statements() }
    }

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
        var values: [String: Value] = [:]
        try located(1) {
            guard case .dictionary(let fields) = context else {
                throw Problem("the context is no dictionary")
            }
            for field in fields { values[field.name] = try Value(field.value) }
        }
        let renderer = Renderer(context: values, now: now)
        return Rendering(try located(renderer.line) { try renderer.render(body) })
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
        for letter in letters {
            let end = offset + UTF8.width(letter.scalar)
            if letter.isContent {
                let isNew = contents.last?.upperBound != offset
                contents.append((isNew ? offset : contents.removeLast().lowerBound)..<end)
            }
            offset = end
        }
        self.contents = contents
    }
}

/// A template that cannot be read or rendered: one line of text.
public struct TemplateError: Error, Hashable, Sendable, CustomStringConvertible, LocalizedError {
    /// The line in the template, from 1.
    public let line: Int
    /// The problem; for `raise_exception` the template's own message.
    public let problem: String
    /// Whether the template called `raise_exception`.
    public let isRaised: Bool

    public var description: String {
        "line \(line): " + (isRaised ? "the template says: " : "") + problem
    }
    public var errorDescription: String? { description }
}

/// A problem without a line; `located` makes a `TemplateError` of it.
struct Problem: Error {
    let text: String
    let isRaised: Bool

    init(_ text: String, isRaised: Bool = false) { (self.text, self.isRaised) = (text, isRaised) }
}

/// Runs a body; a problem gets the line that was reached.
private func located<Result>(
    _ line: @autoclosure () -> Int, _ body: () throws -> Result
) throws -> Result {
    do { return try body() } catch let problem as Problem {
        throw TemplateError(line: line(), problem: problem.text, isRaised: problem.isRaised)
    }
}

extension String {
    /// A name or word of the template in an error, in quotes and not too long.
    var quoted: String { "'\(unicodeScalars.count > 60 ? prefix(60) + "…" : self[...])'" }
}

/// The limits on a template.
enum Bounds {
    /// The largest number of code points of a template.
    static let template = 1 << 20
    /// The largest depth of brackets and blocks in a template.
    static let nesting = 50
    /// The largest depth of lists and dictionaries in a value.
    static let valueDepth = 64
    /// The largest depth of blocks, expressions and macro calls during rendering.
    static let calls = 200
    /// Units of work: one for a letter that is copied or compared, more for other operations. A
    /// second is enough for twice as many.
    static let work = 20_000_000
    /// Units for a step, a new element, and a letter that is looked up in Unicode's tables.
    static let stepCost = 8
    /// The largest number of elements of a `range`, as in Jinja's sandbox.
    static let range = 100_000
}
