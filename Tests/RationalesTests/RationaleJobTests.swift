import Benchmarks
import Foundation
import TestSupport
import Testing

@testable import Rationales

@Suite struct RationaleJobTests {
    private let right = ["Y. The answer is A.", "Y. The answer is B.", "Y. The answer is C."]
    private let wrong = "Z. The answer is D."

    /// Runs a job over the first questions in a folder of its own, or in one that is given.
    private func run(
        _ replies: [Int: [String?]], count: Int = 3, in folder: String,
        _ settings: (inout RationaleJob) -> Void = { _ in }
    ) async throws -> (ending: JobEnding, teacher: ScriptedTeacher, progress: [JobProgress]) {
        let teacher = ScriptedTeacher(replies)
        var job = try RationaleJob(
            (0..<count).map(Made.question), teacher: teacher,
            files: RationaleFiles(path: folder + "/r.jsonl"), evaluated: [])
        settings(&job)
        var progress: [JobProgress] = []
        let ending = try await job.run(interruption: {}) { progress.append($0) }
        return (ending, teacher, progress)
    }

    private func folder() throws -> String {
        let path = NSTemporaryDirectory() + "ft-mmlu-job-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    @Test func `right answers are kept, wrong ones apart, and nothing is asked twice`() async throws
    {
        let place = try folder()
        defer { try? FileManager.default.removeItem(atPath: place) }
        let first = try await run([0: [right[0]], 1: [wrong], 2: [right[2]]], in: place)
        #expect(first.ending.accepted.map(\.row.question.id.row) == [0, 2])
        #expect(first.ending.rejected.map(\.row.question.id.row) == [1])
        #expect(first.ending.reasons.map(\.reason) == [.wrongLetter])
        #expect(first.progress.last?.doneCount == 3)
        #expect(first.progress.last?.usage.total == 33)
        let second = try await run([:], in: place)
        #expect(second.teacher.asked.isEmpty)
        #expect(second.ending.accepted == first.ending.accepted)
        #expect(second.ending.rejected == first.ending.rejected)
    }

    @Test func `a wrong answer is asked again as often as allowed, each time as another attempt`()
        async throws
    {
        let place = try folder()
        defer { try? FileManager.default.removeItem(atPath: place) }
        let result = try await run(
            [0: [wrong, right[0]], 1: [wrong, wrong, wrong], 2: [right[2]]], in: place
        ) { $0.sampleCount = 3 }
        #expect(
            result.teacher.asked.map { "\($0.row):\($0.attempt)" } == [
                "2:0", "1:0", "0:0", "1:1", "0:1", "1:2",
            ])
        #expect(result.ending.accepted.map(\.attempt) == [1, 0])
        #expect(result.ending.rejected.count == 1)
    }

    @Test func `a hint is given after the last wrong answer, once, and recorded`() async throws {
        let place = try folder()
        defer { try? FileManager.default.removeItem(atPath: place) }
        let result = try await run(
            [0: [wrong, right[0]], 1: [wrong, wrong], 2: [right[2]]], in: place
        ) { $0.usesHints = true }
        #expect(
            result.teacher.asked.map { "\($0.row):\($0.hasHint)" } == [
                "2:false", "1:false", "0:false", "1:true", "0:true",
            ])
        #expect(result.ending.accepted.map(\.hint) == [true, false])
        #expect(result.ending.rejected.map(\.hint) == [true])
        // Without hints, what one brought still counts.
        let again = try await run([:], in: place)
        #expect(again.teacher.asked.isEmpty)
        #expect(again.ending.accepted.map(\.hint) == [true, false])
    }

    @Test func `rejected questions are asked again only when that is wanted`() async throws {
        let place = try folder()
        defer { try? FileManager.default.removeItem(atPath: place) }
        _ = try await run([0: [wrong], 1: [right[1]], 2: [wrong]], in: place)
        let again = try await run([0: [right[0]], 2: [wrong]], in: place) {
            $0.asksRejectedAgain = true
        }
        #expect(again.teacher.asked.map(\.row) == [2, 0])
        #expect(again.teacher.asked.map(\.attempt) == [1, 1])
        #expect(again.ending.accepted.count == 2)
        let last = try await run([:], in: place)
        #expect(last.teacher.asked.isEmpty)
    }

    @Test func `a question without an answer is counted, and asked by the next run`() async throws {
        let place = try folder()
        defer { try? FileManager.default.removeItem(atPath: place) }
        let first = try await run([0: [right[0]], 1: [nil], 2: [right[2]]], in: place) {
            $0.sampleCount = 5
        }
        #expect(first.ending.lost.map(\.problem) == ["nothing to say"])
        #expect(first.teacher.asked.count == 3)
        #expect(first.progress.last?.lostCount == 1)
        let second = try await run([1: [right[1]]], in: place)
        #expect(second.teacher.asked.map(\.row) == [1])
        #expect(second.ending.accepted.count == 3)
    }

    @Test func `an interruption leaves what was answered`() async throws {
        struct Stop: Error {}
        let place = try folder()
        defer { try? FileManager.default.removeItem(atPath: place) }
        let files = try RationaleFiles(path: place + "/r.jsonl")
        let job = try RationaleJob(
            (0..<3).map(Made.question),
            teacher: ScriptedTeacher([0: [right[0]], 1: [right[1]], 2: [right[2]]]),
            files: files, evaluated: [])
        await #expect(throws: Stop.self) {
            _ = try await job.run(interruption: {}) { if $0.acceptedCount == 2 { throw Stop() } }
        }
        #expect(files.accepted.map(\.row.question.id.row) == [2, 1])
    }

    @Test func `no question that may be evaluated is sent`() async throws {
        let place = try folder()
        defer { try? FileManager.default.removeItem(atPath: place) }
        var copy = Made.question(1)
        copy.question = "  NUMBER 1? "
        let teacher = ScriptedTeacher([0: [right[0]], 2: [right[2]]])
        let job = try RationaleJob(
            (0..<3).map(Made.question), teacher: teacher,
            files: RationaleFiles(path: place + "/r.jsonl"), evaluated: [copy.contentHash])
        #expect(job.withheldCount == 1)
        _ = try await job.run(interruption: {}) { _ in }
        #expect(teacher.asked.map(\.row) == [2, 0])
        expectRefusal(
            "rationales: all 1 questions are test questions that may be evaluated, and none is sent"
                + " to a teacher; --train-rows holdout, val or dev+val, with the --holdout and"
                + " --sample-seed of the evaluation, is needed"
        ) {
            try RationaleJob(
                [Made.question(1)], teacher: teacher,
                files: RationaleFiles(path: place + "/other.jsonl"), evaluated: [copy.contentHash])
        }
    }

    @Test func `another prompt or model is another question to the cache`() {
        let question = Made.question(0)
        let keys = [("p", "t", "m"), ("p2", "t", "m"), ("p", "t2", "m"), ("p", "t", "m2")].map {
            LessonKey.of(question, prompt: $0.0, teacher: $0.1, model: $0.2)
        }
        #expect(Set(keys).count == 4)
        #expect(LessonKey.of(question, prompt: "p", teacher: "t", model: "m") == keys[0])
        #expect(
            LessonKey.of(Made.question(4), prompt: "p", teacher: "t", model: "m") != keys[0])
    }
}
