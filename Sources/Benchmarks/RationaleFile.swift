import Basics
import Foundation

/// Files of `RationaleRow`s, one JSON object a line.
public enum RationaleFile {
    /// The rows of a file, in order.
    ///
    /// Such files only grow at their end. A last line that has no line break and is no JSON was cut
    /// short in writing and is dropped. Empty lines are skipped.
    ///
    /// - Throws: `InputError` with the file, the line from 1 and the fault.
    public static func read(_ url: URL) throws -> [RationaleRow] {
        guard let data = try FileFormat.jsonLines.contents(of: url.path) else {
            throw InputError(
                "\(url.path): is not there, or cannot be read; JSON lines with the fields subject,"
                    + " split, row, question, choices, answer, rationale, teacher, accepted are"
                    + " needed")
        }
        let decoder = JSONDecoder()
        let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        var rows: [RationaleRow] = []
        for (index, line) in lines.enumerated() where !line.allSatisfy(isBlank) {
            do {
                rows.append(try decoder.decode(RationaleRow.self, from: Data(line)))
            } catch DecodingError.dataCorrupted(let context)
                where context.codingPath.isEmpty && index == lines.count - 1 && index > 0
            {
                break
            } catch {
                throw InputError(
                    "\(url.path), line \(index + 1): \(described(error, in: line))")
            }
        }
        return rows
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\t")
    }

    private static func described(_ error: any Error, in line: Data) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _):
            "'\(key.stringValue)' is missing"
        case DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context):
            "'\(name(context))' is of the wrong kind; text is needed for subject, split, question,"
                + " answer and rationale, a number for row, four texts for choices, true or false"
                + " for accepted"
        case DecodingError.dataCorrupted(let context) where name(context) == "split":
            "'split' is none of dev, val and test"
        case DecodingError.dataCorrupted(let context) where name(context) == "answer":
            "'answer' is none of A, B, C and D"
        case DecodingError.dataCorrupted:
            "the line is no JSON object"
                + (JSONSyntax(faultIn: line).map { "; in column \($0.column): \($0.problem)" } ?? "")
        default:
            "\(error)"
        }
    }

    private static func name(_ context: DecodingError.Context) -> String {
        context.codingPath.first?.stringValue ?? "the line"
    }
}
