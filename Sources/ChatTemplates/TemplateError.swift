import Foundation

/// A template that cannot be read or rendered: one line of text.
public struct TemplateError: Error, Hashable, Sendable, CustomStringConvertible, LocalizedError {
    /// In the template, from 1.
    public let line: Int
    /// What was found there; for `raise_exception` the template's own words.
    public let problem: String
    /// Whether the template called `raise_exception`.
    public let isRaised: Bool

    public var description: String {
        "line \(line): " + (isRaised ? "the template says: " : "") + problem
    }
    public var errorDescription: String? { description }
}

/// What is wrong; the one who knows the line makes a `TemplateError` of it.
struct Problem: Error {
    let text: String
    var isRaised = false

    init(_ text: String) { self.text = text }
}

extension String {
    /// A name or word of the template in an error, in quotes and not too long.
    var quoted: String { "'\(unicodeScalars.count > 60 ? prefix(60) + "…" : self[...])'" }
}

/// How much a template may use.
enum Bounds {
    /// Code points of a template.
    static let template = 1 << 20
    /// Levels of brackets and blocks in a template.
    static let nesting = 50
    /// Levels of lists and dictionaries in a value.
    static let valueDepth = 64
    /// Levels of blocks, expressions and macro calls under way.
    static let calls = 200
    /// Units of work: one for a letter that is copied or compared, more for other things. A second
    /// does twice as much.
    static let work = 20_000_000
    /// Units for a step, an element that is made, and a letter that is looked up in Unicode's tables.
    static let stepCost = 8
    /// Elements of a `range`, as in Jinja's sandbox.
    static let range = 100_000
}
