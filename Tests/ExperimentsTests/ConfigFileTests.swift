import Basics
import Benchmarks
import Foundation
import TestSupport
import Testing
import Tracking

@testable import Experiments

/// The config.yaml of a run, read again by `--config`.
@Suite struct ConfigFileTests {
    /// What a run with these flags writes, and what a run with what it wrote would write.
    private func twoConfigs(
        _ flags: [String: String], defaults: String? = nil
    ) throws -> (first: String, second: String) {
        try Fixture.withTemporaryFolder { folder in
            func text(_ given: GivenLayers, _ name: String) throws -> String {
                let run = try RunDirectory(making: folder + "/" + name)
                let model: JSONValue = given.model.isBuiltIn ? .null : .string(given.model.folder)
                try run.writeConfig(
                    [
                        ("model", model), ("device", .string(given.model.device)),
                        ("dtype", given.model.dtype.setting),
                    ] + given.evaluation().record + given.training().record)
                return try String(contentsOfFile: run.path + "/config.yaml", encoding: .utf8)
            }
            let first = try text(
                GivenLayers(flags, defaults: defaults, folder: folder), "first")
            let second = try text(
                GivenLayers(config: first, defaults: defaults, folder: folder), "second")
            return (first, second)
        }
    }

    private static let most = [
        "model": "models/a: b \"c\"", "data": "möbel #1", "device": "cpu", "dtype": "fp32",
        "target": "q,gate", "category": "stem", "rank": "4", "alpha": "12.5",
        "learning-rate": "1e-5", "epochs": "2", "batch-size": "3", "max-steps": "7",
        "schedule": "linear", "warmup-ratio": "0.25", "warmup-steps": "2", "weight-decay": "0.01",
        "max-grad-norm": "0", "train-rows": "dev+val", "rationales": "null", "no-shuffle": "true",
        "no-eval": "true", "limit": "none", "categories": "stem,other", "sample-seed": "5",
        "holdout": "9", "shots": "0,3", "shot-source": "dev", "shot-rationales": "true",
        "prompt": "plain-cot", "split": "val", "scoring": "letter", "repeats": "2",
        "temperature": "0.3", "top-p": "0.9",
        "top-k": "0", "repetition-penalty": "1.1", "max-new-tokens": "40", "seed": "8",
        "batch-tokens": "999", "checkpoint-every": "0", "eval-every": "5", "eval-limit": "11",
        "keep": "best",
        "lora-dropout": "0.05", "rslora": "true", "strict": "true",
        "few-shot-weight": "0.5", "few-shot-targets": "all", "few-shot-shots": "3",
        "few-shot-per-prefix": "2", "few-shot-source": "dev+val", "few-shot-rationales": "none",
    ]

    @Test(arguments: [
        most, ["model": "m", "data": "d", "target": "V", "category": "humanities"],
        ["model": "m", "data": "d", "target": "V", "examples": "x.jsonl"],
    ])
    func `settings come back as they were`(flags: [String: String]) throws {
        let (first, second) = try twoConfigs(flags)
        #expect(first == second)
    }

    @Test func `the built-in world's settings come back as they were`() throws {
        let (first, second) = try twoConfigs(
            ["target": "V", "category": "humanities", "epochs": "1"],
            defaults: "learning-rate: 1e-3\nepochs: 9\nholdout: 300\nprompt: plain-cot")
        #expect(first == second)
        #expect(first.contains("\nlearning-rate: 0.001\n"))
        #expect(first.contains("\nepochs: 1\n"))
        #expect(first.contains("\nholdout: 300\n"))
        #expect(first.contains("\nmodel: null\n"))
    }

    @Test func `every flag given stands in the file`() throws {
        let (first, _) = try twoConfigs(Self.most)
        let lines = first.split(separator: "\n").map(String.init)
        let names = lines.compactMap { $0.split(separator: ":").first.map(String.init) }
        #expect(names == names.sorted())
        #expect(Set(Self.most.keys).isSubset(of: names))
        #expect(Set(names).count == names.count)
        #expect(!names.contains("output"))
        #expect(lines.contains("model: \"models/a: b \\\"c\\\"\""))
        #expect(lines.contains("learning-rate: 1e-05"))
        #expect(lines.contains("limit: \"none\""))
    }
}
