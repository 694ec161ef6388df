import Foundation

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

/// A problem without a line; code that knows the line makes a `TemplateError` of it.
struct Problem: Error {
    let text: String
    var isRaised = false

    init(_ text: String) { self.text = text }
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
