import Basics
import Foundation

extension JSONReader {
    /// Of a file of a tokenizer: no name occurs twice in an object, and containers nest at most 64
    /// deep; Hugging Face's files need six.
    init(tokenizer bytes: [UInt8]) throws {
        try self.init(bytes, depthLimit: 64, refusesRepeatedNames: true)
    }
}

extension JSONValue {
    /// The object of a tokenizer's file; as `object(of:_:)`.
    static func object(of file: URL) throws -> JSONValue? { try object(of: file) { $0 } }

    /// Runs `body` with the object of a tokenizer's file.
    ///
    /// - Returns: nil where there is no file
    /// - Throws: `TokenizerError`, which names the file.
    static func object<Result>(
        of file: URL, _ body: (JSONValue) throws -> Result
    ) throws -> Result? {
        guard FileFormat.isThere(file.path) else { return nil }
        do {
            var json = try JSONReader(tokenizer: readBytes(of: file))
            let value = try json.value()
            try json.end()
            guard case .object = value else {
                throw FileProblem("it holds \(value.shown); an object is needed")
            }
            return try body(value)
        } catch {
            throw TokenizerError.named(file.path, error)
        }
    }

    /// The value in an error message: scalars in full, of containers the kind.
    var shown: String {
        switch self {
        case .string(let text): "'\(text.prefix(80))'"
        case .array: "an array"
        case .object: "an object"
        default: line
        }
    }
}

extension TokenizerError {
    /// A fault in the contents of a file, with the file's name; another error as it is.
    static func named(_ file: String, _ error: any Error) -> any Error {
        switch error {
        case let fault as JSONSyntax:
            TokenizerError("\(file): JSON was to be read, but \(fault).")
        case let problem as FileProblem: TokenizerError("\(file): \(problem).")
        default: error
        }
    }
}
