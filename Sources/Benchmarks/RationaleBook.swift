import Foundation

/// Finds the rationale of a question by the question's content, wherever the row came from.
public struct RationaleBook: Sendable {
    private var texts: [Key: String] = [:]

    /// A book without rationales.
    public init() {}

    /// The accepted rationales of the rows; of several for one question and answer, the last.
    public init(rows: [RationaleRow]) {
        for row in rows where row.accepted {
            guard let text = row.rationale?.trimmed, !text.isEmpty else { continue }
            texts[Key(row.question)] = text
        }
    }

    /// The accepted rationales of files, later files before earlier ones.
    public init(files: [URL]) throws {
        self.init(rows: try files.flatMap(RationaleFile.read))
    }

    public var count: Int { texts.count }

    /// The rationale, without white space at its ends; nil where there is none, or only one that
    /// argues for another letter than the question's answer.
    public func rationale(for question: Question) -> String? {
        texts.isEmpty ? nil : texts[Key(question)]
    }

    /// Two subjects may ask the same question and want different answers.
    private struct Key: Hashable {
        let content: String
        let answer: Letter

        init(_ question: Question) {
            content = question.contentHash
            answer = question.answer
        }
    }
}
