import Basics
import Foundation

/// Lines that tell a model how to answer, from a text file of the user.
public struct PromptInstructions: Hashable, Sendable {
    /// Without white space at its ends; never empty.
    public let text: String

    /// - Throws: `InputError` for a text without a visible character.
    public init(_ text: String) throws {
        let trimmed = text.replacing("\r\n", with: "\n").trimmed
        guard !trimmed.isEmpty else {
            throw InputError("the prompt's instructions: are empty; a line of text is needed")
        }
        self.text = trimmed
    }

    /// - Throws: `FileError` for a file that is missing, is not UTF-8 text, or has no line.
    public init(file path: String) throws {
        func refusal(_ problem: String) -> FileError {
            FileError(
                path: path, problem: problem,
                remedy: "a text file with the prompt's instructions is needed")
        }
        guard let text = try FileFormat.text.text(of: path) else {
            throw refusal("is not there, or cannot be read")
        }
        do { try self.init(text) } catch { throw refusal("has no line of text") }
    }

    /// The same with the answer's format, as the instructions spell it, in bold.
    var withBoldFormat: String {
        text.replacing("'Answer: <choice>'", with: "**'Answer: <choice>'**")
    }
}
