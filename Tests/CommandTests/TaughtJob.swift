import Benchmarks
import Foundation
import TestSupport
import Testing

/// A run of `ft-mmlu rationales` with the tests' server as its teacher.
struct TaughtJob {
    let folder: String
    let server: TeacherServer

    static let key = "sk-the-key-of-the-tests"

    /// - Parameters:
    ///   - reactions: how the server misbehaves
    ///   - questions: made-up ones of philosophy, so many to ask; nil is the built-in world's
    init(_ reactions: [String] = [], questions: Int? = nil, in folder: String) throws {
        self.folder = folder
        guard let questions else {
            server = try TeacherServer(reactions, in: folder + "/server")
            return
        }
        try QuestionFolder.write(tests: ["philosophy": questions + 5], to: folder + "/mmlu")
        let made = try MMLU(folder: URL(fileURLWithPath: folder + "/mmlu"))
            .questions(of: "philosophy", in: .test)
        let lines = try made.map {
            try RationaleRow(
                question: $0, rationale: "Number \($0.id.row) is so.", teacher: nil, accepted: true
            ).jsonLine() + "\n"
        }
        try lines.joined().write(
            toFile: folder + "/known.jsonl", atomically: true, encoding: .utf8)
        server = try TeacherServer(
            reactions, questions: folder + "/known.jsonl", in: folder + "/server")
        arguments += ["--data", "mmlu", "--holdout", "\(questions)"]
    }

    private(set) var arguments: [String] = []

    /// The whole command.
    func command(_ more: [String]) throws -> [String] {
        [
            "rationales", "--teacher", "openai", "--model", "teacher-1", "--base-url",
            try server.baseURL(), "--category", "humanities", "--retry-wait", "0.01",
            "--key-variable", "TEST_KEY", "--output", "r.jsonl",
        ] + arguments + more
    }

    static let environment = ["TEST_KEY": key]

    func run(_ more: [String] = []) throws -> Program.Ending {
        let program = try start(more)
        // A thousand questions take longer than a program is waited for.
        let limit = ContinuousClock.now + .seconds(400)
        while program.isRunning, ContinuousClock.now < limit { usleep(5_000) }
        return try program.wait()
    }

    func start(_ more: [String] = []) throws -> Program {
        try Program(command(more), in: folder, environment: Self.environment)
    }

    var acceptedPath: String { folder + "/r.jsonl" }

    func accepted() throws -> [[String: Any]] { try JSONText.lines(acceptedPath) }

    func rejected() throws -> [[String: Any]] {
        try JSONText.lines(folder + "/r.rejected.jsonl")
    }

    /// Every text that the program left or said holds no key.
    func expectNoKey(_ ending: Program.Ending) throws {
        for text in [
            ending.output, ending.errors,
            try String(contentsOfFile: acceptedPath, encoding: .utf8),
            try String(contentsOfFile: folder + "/r.rejected.jsonl", encoding: .utf8),
        ] {
            #expect(!text.contains(Self.key), "\(text)")
        }
    }
}

extension [[String: Any]] {
    /// "philosophy test 3", in the file's order.
    var questionNames: [String] {
        map { "\($0.text("subject") ?? "") \($0.text("split") ?? "") \($0.whole("row") ?? -1)" }
    }
}
