import Foundation

/// A failure to read a tokenizer, or to read text with it; its message names the file.
public struct TokenizerError: Error, Hashable, Sendable, CustomStringConvertible,
    LocalizedError
{
    public let description: String
    public var errorDescription: String? { description }

    package init(_ description: String) { self.description = description }
}

/// A problem with a tokenizer's file; the code that opened the file adds its name.
struct FileProblem: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
