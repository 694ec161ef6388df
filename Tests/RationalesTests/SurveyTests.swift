import Benchmarks
import Foundation
import TestSupport
import Testing

@testable import Rationales

@Suite struct SurveyTests {
    @Test(arguments: [
        ("It is the home of the rabbit, so it must be a meadow.", RationaleLanguage.english),
        ("Its home: meadow.", .english),
        ("Das Kaninchen wohnt auf der Wiese, also kann es nur diese Antwort sein.", .otherLatin),
        ("兔子住在草地上，所以 it is 草地。", .chinese),
        ("Кролик живёт на лугу, значит ответ один.", .other),
        ("3 + 4 = 7", .none),
    ])
    func `a language is told by letters and small words`(
        text: String, language: RationaleLanguage
    ) {
        #expect(RationaleLanguage(of: text) == language)
    }

    @Test func `texts that share four fifths of their word triples are near-duplicates`() {
        let words = (1...12).map { "w\($0)" }
        let text = words.joined(separator: " ")
        // 10 triples each; a changed last word leaves 9 of 11 in common: 0.818.
        let near = (words.dropLast() + ["other"]).joined(separator: " ")
        // A changed word before it leaves 8 of 12: 0.667.
        let far = (words.dropLast(2) + ["other", "w12"]).joined(separator: " ")
        #expect(NearDuplicates.count(in: [text, near]) == 1)
        #expect(NearDuplicates.count(in: [text, far]) == 0)
        #expect(NearDuplicates.count(in: [text, text.uppercased() + "!", far, text]) == 2)
        #expect(
            NearDuplicates.count(in: ["Its home: meadow.", "Its home: swamp.", "its home meadow"])
                == 1)
        #expect(NearDuplicates.count(in: ["", ""]) == 0)
    }

    @Test func `lengths are the words that a share of the rationales does not exceed`() {
        let texts = (1...10).map { Array(repeating: "word\($0)", count: $0).joined(separator: " ") }
        let survey = RationaleSummary(texts.shuffled())
        #expect(survey.count == 10)
        #expect(survey.lengths.map(\.share) == [0, 0.25, 0.5, 0.75, 0.9, 1])
        #expect(survey.lengths.map(\.words) == [1, 3, 5, 8, 9, 10])
        #expect(RationaleSummary([]).lengths.isEmpty)
    }
}

@Suite struct FileTeacherTests {
    private func replies(_ file: String, of questions: [Question]) async throws -> [TeacherReply] {
        let teacher = try FileTeacher([file])
        var replies: [TeacherReply] = []
        try await teacher.teach(
            questions.map { TeacherRequest(question: $0, prompt: "", hasHint: false, attempt: 0) },
            interruption: {}
        ) { if case .replied(let reply) = $1 { replies.append(reply) } }
        return replies
    }

    @Test func `rationales are found by the questions' text`() async throws {
        let folder = NSTemporaryDirectory() + "ft-mmlu-file-teacher-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var elsewhere = Made.question(0)
        elsewhere.id = QuestionID(subject: "virology", split: .test, row: 9)
        let rows = [
            RationaleRow(
                question: elsewhere, rationale: "It follows.", teacher: nil, accepted: true),
            RationaleRow(
                question: Made.question(1), rationale: "No. The answer is D.", teacher: nil,
                accepted: true),
        ]
        let path = folder + "/old.jsonl"
        try Data(try rows.map { try $0.jsonLine() + "\n" }.joined().utf8)
            .write(to: URL(fileURLWithPath: path))
        let found = try await replies(path, of: (0..<3).map(Made.question))
        #expect(found.map(\.end) == [.complete, .complete, .missing])
        let checks = found.enumerated().map {
            RationaleCheck($0.element, answer: Made.question($0.offset).answer)
        }
        #expect(
            checks == [
                .accepted(rationale: "It follows."), .rejected(.wrongLetter), .rejected(.missing),
            ])
    }

    @Test func `solved questions as mmlu-cot has them are found too`() async throws {
        let folder = NSTemporaryDirectory() + "ft-mmlu-file-teacher-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let text =
            "The following are multiple choice questions (with answers) about philosophy.\n\nQ: number"
            + " 1?\n(A) one (B) two (C) three (D) four\nA: Let's think step by step. One and one is"
            + " two. The answer is (B).\n\n"
        let path = folder + "/cot.json"
        try JSONEncoder().encode(["philosophy": text]).write(to: URL(fileURLWithPath: path))
        let found = try await replies(path, of: [Made.question(1)])
        #expect(
            found.map { RationaleCheck($0, answer: .b) } == [
                .accepted(rationale: "One and one is two.")
            ])
    }

    @Test func `a file that is not there is refused`() {
        expectRefusal("/none.jsonl: cannot be read; a file of rationales is needed") {
            try FileTeacher(["/none.jsonl"])
        }
    }
}
