import Foundation

/// A refusal to read a tokenizer, or to read text with it; its words name the file.
public struct TokenizerError: Error, Hashable, Sendable, CustomStringConvertible,
    LocalizedError
{
    public let description: String
    public var errorDescription: String? { description }

    package init(_ description: String) { self.description = description }
}

/// What is wrong with a tokenizer's file; the one who opened the file says its name.
struct FileProblem: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
