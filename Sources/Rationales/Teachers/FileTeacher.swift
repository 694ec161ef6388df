import Basics
import Benchmarks
import Foundation

/// Existing rationales from a file: JSON lines, or solved questions as in `mmlu-cot.json`, found by
/// the questions' text.
public struct FileTeacher: Teacher {
    public let name = "file"
    /// The files' names.
    public let model: String
    public let takesHints = false
    private let book: RationaleIndex
    /// Changes when the files do.
    private let checksum: String

    /// - Throws: `InputError` or `RationaleError` when a file cannot be read.
    public init(_ files: [String]) throws {
        model = files.map { URL(fileURLWithPath: $0).lastPathComponent }.joined(separator: ", ")
        var digest = SHA256()
        for file in files {
            guard let bytes = try FileFormat.jsonLines.contents(of: file) else {
                throw RationaleError("\(file): cannot be read; a file of rationales is needed")
            }
            digest.update(Array(bytes))
        }
        checksum = digest.hexDigest()
        book = try RationaleIndex(files: files.map { URL(fileURLWithPath: $0) })
    }

    public func prompt(for question: Question, withHint: Bool) throws -> String {
        "file \(checksum)"
    }

    public func teach(
        _ lessons: [TeacherRequest], interruption: @escaping @Sendable () throws -> Void,
        report: (Int, LessonOutcome) throws -> Void
    ) async throws {
        for (place, lesson) in lessons.enumerated() {
            try interruption()
            try report(place, .replied(reply(to: lesson.question)))
        }
    }

    private func reply(to question: Question) -> TeacherReply {
        guard let text = book.rationale(for: question) else {
            return TeacherReply(text: "", end: .missing, model: model)
        }
        // Most files leave the answer's sentence out.
        let isAnswered = AnswerReader.letter(in: text) != nil
        return TeacherReply(
            text: isAnswered ? text : text + "\nThe answer is \(question.answer.rawValue).",
            model: model)
    }
}
