import Basics
import Foundation

/// Finds the rationale of a question by the question's content, wherever the row came from.
public struct RationaleIndex: Sendable {
    private var texts: [Key: String] = [:]
    private var exemplars = Exemplars()
    /// The number of rows that are not used, because their `accepted` is false.
    public private(set) var rejectedCount = 0

    /// An index without rationales.
    public init() {}

    /// The accepted rationales of the rows; of several for one question and answer, the last.
    public init(rows: [RationaleRow]) { add(rows) }

    /// The accepted rationales of files; later files take precedence. A file is JSON lines (see
    /// `RationaleRow`), or one JSON object with a text for each subject (see `Exemplars`).
    public init(files: [URL]) throws {
        for file in files {
            if let texts = try Self.textsBySubject(file) {
                exemplars.add(try Exemplars(texts, named: file.path))
            } else {
                add(try RationaleFile.read(file))
            }
        }
    }

    private mutating func add(_ rows: [RationaleRow]) {
        rejectedCount += rows.count { !$0.accepted }
        for row in rows where row.accepted {
            // A teacher's think blocks are not part of its rationale.
            let written = row.rationale.flatMap { ThinkBlocks($0).answer }
            guard let text = written?.trimmed, !text.isEmpty else { continue }
            texts[Key(row.question)] = text
        }
    }

    public var count: Int { texts.count + exemplars.count }

    /// The rationale, without leading and trailing white space; nil where there is none, or only
    /// one that argues for another letter than the question's answer.
    public func rationale(for question: Question) -> String? {
        (texts.isEmpty ? nil : texts[Key(question)]) ?? exemplars.reasoning(for: question)
    }

    /// nil unless the file is an object that contains only texts.
    private static func textsBySubject(_ file: URL) throws -> [String: String]? {
        guard let data = try FileFormat.jsonLines.contents(of: file.path) else { return nil }
        let texts = try? JSONValue(parsing: data).decoded(as: [String: String].self)
        return texts?.isEmpty == true ? nil : texts
    }

    /// Two subjects may have the same question with different answers.
    private struct Key: Hashable {
        let content: String
        let answer: Letter

        init(_ question: Question) {
            content = question.contentHash
            answer = question.answer
        }
    }
}
