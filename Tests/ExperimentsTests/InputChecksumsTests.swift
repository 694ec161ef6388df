import Benchmarks
@testable import Evaluation
import Foundation
import TestSupport
import Testing
import Tokenization
import Tracking
@testable import Training

@testable import Experiments

/// Whether what a run reads is what it began with.
@Suite struct InputChecksumsTests {
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
    ) throws -> InputChecksums {
        var inputs = InputChecksums()
        try inputs.add(model: folder + "/model")
        try inputs.add(adapter: folder + "/adapter")
        inputs.add(examples: examples ?? self.examples)
        inputs.add(prompts: prompts, as: "prompts")
        return inputs
    }

    private func expectChanged(
        _ subject: String, _ run: RunDirectory, _ inputs: InputChecksums,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        expectRefusal(
            "\(run.path): cannot be resumed: since it began, this has changed: \(subject); "
                + "restore the files that it read, or start a new run",
            sourceLocation: sourceLocation
        ) { try inputs.settle(in: run) }
    }

    @Test func `the same inputs are the same, whatever else stands beside them`() throws {
        try withRun { run, folder in
            let prompts = [try group()]
            try inputs(folder, prompts: prompts).settle(in: run)
            let path = run.path + "/checkpoint/inputs.json"
            let first = FileManager.default.contents(atPath: path)
            try write(Data("other".utf8), to: folder + "/model/README.md")
            try inputs(folder, prompts: [group()]).settle(in: run)
            #expect(FileManager.default.contents(atPath: path) == first)
        }
    }

    @Test func `each input that changed is named`() throws {
        try withRun { run, folder in
            let prompts = [try group()]
            try inputs(folder, prompts: prompts).settle(in: run)
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
            expectChanged("model", run, try inputs(folder, prompts: prompts))
        }
    }

    @Test func `every file that a setting names counts, folders and other words do not`() throws {
        try withRun { run, folder in
            func settle() throws {
                var inputs = InputChecksums()
                inputs.add(filesOf: [
                    ("rationales", .string(folder + "/r.jsonl")), ("rank", .whole(8)),
                    ("data", .string(folder)), ("init-adapter", .null), ("target", .string("V")),
                ])
                try inputs.settle(in: run)
            }
            try write(Data("one".utf8), to: folder + "/r.jsonl")
            try settle()
            try settle()
            try write(Data("two".utf8), to: folder + "/r.jsonl")
            expectRefusal(
                "\(run.path): cannot be resumed: since it began, this has changed: file of "
                    + "--rationales; restore the files that it read, or start a new run"
            ) { try settle() }
        }
    }

    @Test(arguments: [0, 350_000, 699_999])
    func `other weights of the same size are seen`(place: Int) throws {
        try withRun { run, folder in
            try inputs(folder, prompts: []).settle(in: run)
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
            ) { try inputs(folder, prompts: []).settle(in: run) }
            let weights = folder + "/adapter/adapter_model.safetensors"
            try FileManager.default.removeItem(atPath: weights)
            expectRefusal("\(weights): cannot be opened") { try inputs(folder, prompts: []) }
        }
    }
}
