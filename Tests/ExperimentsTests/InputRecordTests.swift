import Basics
import Benchmarks
import Foundation
import TestSupport
import Testing
import Tokenization
import Tracking

@testable import Evaluation
@testable import Experiments
@testable import Training

/// Whether what a run reads is what it began with.
@Suite struct InputRecordTests {
    private func write(_ bytes: Data, to path: String) throws {
        try FileManager.default.createDirectory(
            atPath: URL(filePath: path).deletingLastPathComponent().path,
            withIntermediateDirectories: true)
        try bytes.write(to: URL(filePath: path))
    }

    /// A resumed run, a model of two files, and an adapter.
    private func withRun(_ body: (RunDirectory, String) throws -> Void) throws {
        try Fixture.withTemporaryFolder { folder in
            try write(Data("with-base: true\n".utf8), to: folder + "/run/config.yaml")
            try write(Data("{}".utf8), to: folder + "/model/config.json")
            try write(Data(repeating: 1, count: 700_000), to: folder + "/model/model.safetensors")
            try write(Data("tokens".utf8), to: folder + "/model/tokenizer.model")
            try write(Data("{}".utf8), to: folder + "/adapter/adapter_config.json")
            try write(Data([1, 2, 3]), to: folder + "/adapter/adapter_model.safetensors")
            try body(RunDirectory(resuming: folder + "/run"), folder)
        }
    }

    private func group(_ subject: String = "philosophy", _ suffix: Int = 0) throws -> PromptGroup {
        try Fixture.withTemporaryFolder { folder in
            try QuestionFolder.write(tests: [subject: 2 + suffix], to: folder)
            let questions = try MMLU(folder: URL(filePath: folder))
                .questions(of: subject, in: .test)
            let prefix = try PromptPrefix(Prompts.preset(named: "hendrycks"), topic: subject)
            return try PromptBuilder(PromptEncoder(smallTokenizer()), longest: 1000).groups(
                subject: subject, shots: [], questions: questions
            ) { _ in prefix }[0]
        }
    }

    private let examples = [Example(prompt: [1, 2], answer: [3])]

    private func inputs(
        _ folder: String, examples: [Example]? = nil, prompts: [PromptGroup]
    ) throws -> InputRecord {
        var inputs = InputRecord([], unnamed: [])
        try inputs.add(model: folder + "/model")
        try inputs.add(adapter: folder + "/adapter")
        inputs.add(examples: examples ?? self.examples)
        inputs.add(prompts: prompts, as: "prompts")
        return inputs
    }

    /// Records what a run began with, or compares it.
    private func settle(_ now: InputRecord, in run: RunDirectory) throws {
        guard let began = try InputRecord.read(from: run.path) else {
            return try now.write(to: run)
        }
        try began.check(now, in: run.path)
    }

    private func expectChanged(
        _ subject: String, _ run: RunDirectory, _ inputs: InputRecord,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        expectRefusal(
            "\(run.path): since it began, this has changed: \(subject); a run resumes with what it "
                + "began with; put it back, or start a new run with --output",
            sourceLocation: sourceLocation
        ) { try settle(inputs, in: run) }
    }

    @Test func `the same inputs are the same, whatever else stands beside them`() throws {
        try withRun { run, folder in
            let prompts = [try group()]
            try settle(inputs(folder, prompts: prompts), in: run)
            let path = run.path + "/checkpoint/inputs.json"
            let first = FileManager.default.contents(atPath: path)
            try write(Data("other".utf8), to: folder + "/model/README.md")
            try settle(inputs(folder, prompts: [group()]), in: run)
            #expect(FileManager.default.contents(atPath: path) == first)
        }
    }

    @Test func `each input that changed is named`() throws {
        try withRun { run, folder in
            let prompts = [try group()]
            try settle(inputs(folder, prompts: prompts), in: run)
            expectChanged(
                "prompts", run, try inputs(folder, prompts: [group("philosophy", 1)]))
            expectChanged("prompts", run, try inputs(folder, prompts: [group("astronomy")]))
            expectChanged("prompts", run, try inputs(folder, prompts: prompts + prompts))
            for other in [
                Example(prompt: [1, 2], answer: [4]),
                Example(tokens: [1, 2, 3], weights: [0, 0, 0.5]),
            ] {
                expectChanged(
                    "training examples", run,
                    try inputs(folder, examples: [other], prompts: prompts))
            }
            try write(Data([1, 2, 4]), to: folder + "/adapter/adapter_model.safetensors")
            expectChanged("adapter", run, try inputs(folder, prompts: prompts))
            try write(Data("{ }".utf8), to: folder + "/model/config.json")
            try write(Data("tokenizer".utf8), to: folder + "/model/tokenizer.model")
            try write(Data("{}".utf8), to: folder + "/model/generation_config.json")
            expectChanged(
                "config.json, generation_config.json (new), tokenizer.model, adapter", run,
                try inputs(folder, prompts: prompts + prompts))
            try FileManager.default.removeItem(atPath: folder + "/model/tokenizer.model")
            expectChanged(
                "config.json, generation_config.json (new), tokenizer.model (gone), adapter", run,
                try inputs(folder, prompts: prompts))
        }
    }

    private func settings(_ values: [(String, JSONValue)]) -> InputRecord {
        InputRecord(values, unnamed: [])
    }

    @Test func `every file that a setting names counts, folders and other words do not`() throws {
        try withRun { run, folder in
            func inputs() -> InputRecord {
                settings([
                    ("rationales", .string(folder + "/r.jsonl")), ("rank", .whole(8)),
                    ("data", .string(folder)), ("init-adapter", .null), ("target", .string("V")),
                ])
            }
            try write(Data("one".utf8), to: folder + "/r.jsonl")
            try settle(inputs(), in: run)
            try settle(inputs(), in: run)
            try write(Data("two".utf8), to: folder + "/r.jsonl")
            expectChanged("file of --rationales", run, inputs())
        }
    }

    @Test func `a setting that changed is named with both values`() throws {
        try withRun { run, folder in
            try write(Data("one".utf8), to: folder + "/a.jsonl")
            try write(Data("one".utf8), to: folder + "/b.jsonl")
            let began: [(String, JSONValue)] = [
                ("learning-rate", .number(0.0001)), ("shots", .string("0,7")), ("limit", .null),
                ("rationales", .string(folder + "/a.jsonl")), ("init-adapter", .null),
                ("model", .string("here")), ("device", .string("cpu")), ("threads", .null),
                ("checkpoint-every", .whole(25)), ("strict", .bool(false)),
                ("learning-rate", .number(7)),
            ]
            func now(_ others: [String: JSONValue]) -> InputRecord {
                settings(began.dropLast().map { ($0.0, others[$0.0] ?? $0.1) })
            }
            try settle(settings(began), in: run)
            // A moved file is compared by its contents, as is a model; the rest has no effect.
            try settle(
                now([
                    "rationales": .string(folder + "/b.jsonl"), "model": .string("there"),
                    "device": .string("cuda"), "threads": .whole(3), "checkpoint-every": .whole(1),
                    "strict": .bool(true),
                ]), in: run)
            expectChanged(
                "config.yaml (learning-rate: 0.0001, now 0.001)", run,
                now(["learning-rate": .number(0.001)]))
            expectChanged(
                "config.yaml (init-adapter: null, now x; limit: null, now 3; rationales: "
                    + "\(folder)/a.jsonl, now null; shots: 0,7, now 0)", run,
                now([
                    "limit": .whole(3), "shots": .whole(0), "rationales": .null,
                    "init-adapter": .string("x"),
                ]))
        }
    }

    @Test func `what an earlier version did not record is not compared, and that is said`() throws {
        try withRun { run, folder in
            let prompts = [try group()]
            let now = try inputs(folder, prompts: prompts)
            let earlier = now.checksums.filter { ["model", "prompts"].contains($0.key) }
                .map { ($0.key, JSONValue.string($0.value)) }
            try write(
                Data(JSONValue.object(earlier).document.utf8),
                to: run.path + "/checkpoint/inputs.json")
            try write(Data("tokenizer".utf8), to: folder + "/model/tokenizer.model")
            try settle(inputs(folder, prompts: prompts), in: run)
            let began = try #require(try InputRecord.read(from: run.path))
            #expect(
                began.gap(in: "r")
                    == "r: an earlier version began it and did not record its settings and the "
                    + "model's small files; changes to them are not noticed")
            #expect(now.gap(in: "r") == nil)
            expectChanged("prompts", run, try inputs(folder, prompts: prompts + prompts))
            try write(Data("{ }".utf8), to: folder + "/model/config.json")
            expectChanged("model", run, try inputs(folder, prompts: prompts))
        }
    }

    @Test(arguments: [0, 350_000, 699_999])
    func `other weights of the same size are seen`(place: Int) throws {
        try withRun { run, folder in
            try settle(inputs(folder, prompts: []), in: run)
            // Weights that were trained differ everywhere; 12 kB are enough to meet a sample.
            var weights = Data(repeating: 1, count: 700_000)
            for index in max(0, place - 6_000)..<min(700_000, place + 6_000) { weights[index] = 2 }
            try write(weights, to: folder + "/model/model.safetensors")
            expectChanged("model", run, try inputs(folder, prompts: []))
        }
    }

    @Test func `an adapter that is gone, and checksums that are none, are refused`() throws {
        try withRun { run, folder in
            try write(Data("[]".utf8), to: run.path + "/checkpoint/inputs.json")
            expectRefusal(
                "\(run.path)/checkpoint/inputs.json: is not a table of checksums; the file that "
                    + "ft-mmlu wrote is needed"
            ) { try settle(inputs(folder, prompts: []), in: run) }
            let weights = folder + "/adapter/adapter_model.safetensors"
            try FileManager.default.removeItem(atPath: weights)
            expectRefusal("\(weights): cannot be opened") { try inputs(folder, prompts: []) }
        }
    }
}
