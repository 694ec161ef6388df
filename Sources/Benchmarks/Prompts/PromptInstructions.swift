import Basics
import Foundation

/// Lines that tell a model how to answer, from a text file of the user.
public struct PromptInstructions: Hashable, Sendable {
    /// Without white space at its ends; never empty.
    public let text: String

    /// - Throws: `BenchmarkError` for a text without a visible character.
    public init(_ text: String) throws {
        let trimmed = text.replacing("\r\n", with: "\n").trimmed
        guard !trimmed.isEmpty else {
            throw BenchmarkError("the instructions are empty; at least one line is needed")
        }
        self.text = trimmed
    }

    /// - Throws: `FileError` for a file that is missing, is not UTF-8 text, or has no line.
    public init(file path: String) throws {
        guard let data = try FileFormat.text.contents(of: path) else {
            throw FileError(
                path: path, problem: "is not there, or cannot be read",
                remedy: "a text file with the prompt's instructions is needed")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw FileError(
                path: path, problem: "is no text in UTF-8",
                remedy: "a text file with the prompt's instructions is needed")
        }
        do {
            try self.init(text)
        } catch {
            throw FileError(
                path: path, problem: "has no line of text",
                remedy: "the prompt's instructions are needed in it")
        }
    }

    /// The same with the answer's format, as the instructions spell it, in bold.
    var withBoldFormat: String {
        text.replacing("'Answer: <choice>'", with: "**'Answer: <choice>'**")
    }
}
