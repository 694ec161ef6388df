import Foundation
import TestSupport
import Testing
import Torch
import Transformer

/// The ways to write a config.json, beside transformers (`scripts/oracle/layouts.py`).
@Suite struct LayoutTests {
    private static let folder = Fixture.golden + "/layouts"

    /// The layouts' names, sorted.
    static let names = ((try? JSON.object(folder + "/layouts.json")) ?? [:]).keys.sorted()

    /// A layout's checkpoint.
    private func withLayout(_ name: String, _ body: (String) throws -> Void) throws {
        let all = try JSON.object(Self.folder + "/layouts.json")
        let layout = try #require(all[name] as? [String: Any])
        let weights = try #require(layout["weights"] as? String)
        try Fixture.withTemporaryFolder { folder in
            let source = Fixture.golden + "/" + weights
            let files =
                weights.hasSuffix(".safetensors")
                ? [("model.safetensors", source)]
                : try FileManager.default.contentsOfDirectory(atPath: source)
                    .filter { $0.contains(".safetensors") }.map { ($0, source + "/" + $0) }
            for (name, path) in files {
                try FileManager.default.createSymbolicLink(
                    atPath: folder + "/" + name, withDestinationPath: path)
            }
            let config = try #require(layout["config"])
            try JSONSerialization.data(withJSONObject: config)
                .write(to: URL(filePath: folder + "/config.json"))
            try body(folder)
        }
    }

    /// Expects the golden logits of the last rows of each sequence.
    private func expectGoldenLogits(_ decoder: Decoder, of name: String) throws {
        let golden = try SafetensorsFile(path: Self.folder + "/logits.safetensors")
        for index in 0..<4 {
            let ids: [Int32] = try golden.tensor("ids.\(index)").values()
            let logits = try withoutGradient { try decoder.logits(PackedForest(roots: [ids])) }
            let expected = try golden.tensor("\(name).\(index)")
            let rows = ids.count - expected.shape[0]..<ids.count
            try expectClose(
                logits.narrowed(to: rows), expected, .absolute(5e-5), "\(name) \(index)")
        }
    }

    @Test func `every family and every kind of scaling is among the layouts`() {
        #expect(Self.names.count == 40)
        for part in ModelFamily.allCases.map(\.rawValue)
            + ["linear", "dynamic", "llama3", "yarn", "bias", "defaults"]
        {
            #expect(Self.names.contains { $0.contains(part) }, "\(part)")
        }
    }

    @Test(arguments: names)
    func `logits equal those of transformers`(name: String) throws {
        try withLayout(name) { folder in
            try expectGoldenLogits(
                Checkpoint(folder: folder).load(dtype: .float32, device: Fixture.device()),
                of: name)
        }
    }

    @Test(arguments: names)
    func `a written checkpoint is the same model`(name: String) throws {
        try withLayout(name) { folder in
            let first = try Checkpoint(folder: folder)
            try Fixture.withTemporaryFolder { copy in
                try first.load(dtype: .float32, device: .cpu).writeCheckpoint(to: copy)
                let second = try Checkpoint(folder: copy)
                var expected = first.configuration
                expected.storedDtype = .float32
                #expect(second.configuration == expected)
                try expectGoldenLogits(second.load(dtype: .float32, device: .cpu), of: name)
            }
        }
    }

    @Test func `sequences of many lengths side by side are each scaled by their own`() throws {
        let golden = try SafetensorsFile(path: Self.folder + "/logits.safetensors")
        let sequences: [[Int32]] = try (0..<4).map { try golden.tensor("ids.\($0)").values() }
        try withLayout("dynamic-4") { folder in
            let decoder = try Checkpoint(folder: folder).load(dtype: .float32, device: .cpu)
            let forest = PackedForest(roots: sequences)
            let logits = try withoutGradient { try decoder.logits(forest) }
            for (index, segment) in forest.segments.enumerated() {
                let end = segment.range.upperBound
                let expected = try golden.tensor("dynamic-4.\(index)")
                try expectClose(
                    logits.narrowed(to: end - expected.shape[0]..<end), expected, .absolute(5e-5))
            }
        }
    }

    @Test func `dynamic scaling refuses shared tokens beyond the original context`() throws {
        try withLayout("dynamic-4") { folder in
            let decoder = try Checkpoint(folder: folder).load(dtype: .float32, device: .cpu)
            #expect(decoder.configuration.contextLength == 24)
            #expect(decoder.configuration.longestSequence == 48)
            for length in [2, 3] {
                var forest = PackedForest()
                let root = forest.append(Array(repeating: 1, count: 22))
                forest.append(Array(repeating: 2, count: length), under: root)
                let words = refusal { try withoutGradient { try decoder.logits(forest) } }
                #expect((words == nil) == (length == 2))
                #expect(words?.hasSuffix(Self.sharing) ?? true, "\(words ?? "")")
            }
            let cache = try ForestKVCache(capacity: 60, decoder: decoder)
            let prompt = try #require(cache.addPrompt(25))
            let words = refusal {
                try cache.compute([(prompt, Array(repeating: 1, count: 25))])
            }
            #expect(words?.hasSuffix(Self.sharing) ?? false, "\(words ?? "")")
        }
    }

    private static let sharing =
        "dynamic rope scaling rotates shared tokens for each sequence anew; at most 24 tokens are "
        + "possible where sequences share them"

    @Test func `a scaled context is as long as its scaling makes it`() throws {
        let lengths = [
            "llama-defaults": 2048, "qwen2-defaults": 32_768, "qwen3-defaults": 32_768,
            "mistral-defaults": 131_072, "linear-4": 512, "linear-5": 320, "dynamic-5": 46,
            "llama3-4": 128, "yarn-4": 128, "yarn-no-original": 128, "qwen2-yarn": 512,
            "meta-llama/Llama-2-7b-hf": 4096, "meta-llama/Llama-3.2-1B": 131_072,
            "Qwen/Qwen2.5-7B-Instruct": 131_072, "mistralai/Mistral-7B-v0.3": 32_768,
        ]
        for (name, length) in lengths {
            try withLayout(name) { folder in
                let configuration = try Checkpoint(folder: folder).configuration
                #expect(configuration.contextLength == length, "\(name)")
            }
        }
    }
}
