import Foundation

/// Finds the rationale of a question by the question's content, wherever the row came from.
public struct RationaleBook: Sendable {
    private var entries: [String: Entry] = [:]

    /// A book without rationales.
    public init() {}

    /// The accepted rationales of the rows; of several for one question, the last.
    public init(rows: [RationaleRow]) {
        for row in rows where row.accepted {
            guard let text = row.rationale?.trimmed, !text.isEmpty else { continue }
            entries[row.question.contentHash] = Entry(answer: row.question.answer, text: text)
        }
    }

    /// The accepted rationales of files, later files before earlier ones.
    public init(files: [URL]) throws {
        self.init(rows: try files.flatMap(RationaleFile.read))
    }

    public var count: Int { entries.count }

    /// The rationale, without white space at its ends; nil where there is none, or only one that
    /// argues for another letter than the question's answer.
    public func rationale(for question: Question) -> String? {
        guard !entries.isEmpty, let entry = entries[question.contentHash],
            entry.answer == question.answer
        else { return nil }
        return entry.text
    }

    private struct Entry {
        var answer: Letter
        var text: String
    }
}
