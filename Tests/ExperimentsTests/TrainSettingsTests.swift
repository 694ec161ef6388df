import Basics
import Benchmarks
import Experiments
import Foundation
import TestSupport
import Testing
import Transformer

@testable import Training

@Suite struct TrainSettingsTests {
    private func settings(_ flags: [String: String]) throws -> TrainSettings {
        try Fixture.withTemporaryFolder { try GivenLayers.training(on: $0, flags) }
    }

    @Test(arguments: [
        ("V", [Projection.v], "V"), ("QKV", [.q, .k, .v], "QKV"), ("q,k", [.q, .k], "QK"),
        ("v+o", [.v, .o], "VO"), ("qkvo", [.q, .k, .v, .o], "QKVO"),
        ("gate", [.gate], "gate"), ("Q,down", [.q, .down], "q,down"), ("v,q", [.q, .v], "QV"),
    ])
    func `a word or a list names the projections`(
        word: String, targets: [Projection], name: String
    ) throws {
        let adapter = try settings(["target": word]).adapter
        #expect(adapter.targets == Set(targets))
        #expect(adapter.targetName == name)
        #expect(try settings(["target": name]).adapter.targets == Set(targets))
    }

    @Test(arguments: ["w", "q,w", "V+W"])
    func `an unknown projection is refused with the nearest`(word: String) throws {
        expectRefusal(
            "--target \(word): there is no projection 'w'; did you mean 'q'?; V, Q, K, QKV, QKVO "
                + "or a list of q,k,v,o,gate,up,down is needed"
        ) { try settings(["target": word]) }
    }

    @Test func `no projection is refused`() throws {
        expectRefusal("--target : at least one projection is needed") {
            try settings(["target": ""])
        }
        try Fixture.withTemporaryFolder { folder in
            expectRefusal(
                "--target: not given; V, Q, K, QKV, QKVO or a list of q,k,v,o,gate,up,down is "
                    + "needed"
            ) {
                try GivenLayers(
                    ["model": "m", "data": "d", "category": "stem"], folder: folder
                ).training()
            }
        }
    }

    @Test func `alpha is twice the rank unless given`() throws {
        #expect(try settings([:]).adapter.alpha == 16)
        #expect(try settings(["rank": "4"]).adapter.alpha == 8)
        #expect(try settings(["rank": "4", "alpha": "1.5"]).adapter.alpha == 1.5)
    }

    @Test func `defaults are the protocol's`() throws {
        let settings = try settings([:])
        #expect(settings.adapter.rank == 8)
        #expect(settings.rows == .holdout)
        #expect(settings.learningRate == 1e-4)
        #expect(settings.epochs == 5)
        #expect(settings.batchSize == 8)
        #expect(settings.maxSteps == nil)
        #expect(settings.schedule == .cosine)
        #expect(settings.warmupRatio == 0.1)
        #expect(settings.warmupSteps == nil)
        #expect(settings.weightDecay == 0)
        #expect(settings.maxGradNorm == 1)
        #expect(!settings.noShuffle)
        #expect(settings.evaluates)
        #expect(settings.rationales == nil)
    }

    @Test func `a category is needed, and one that is there`() throws {
        expectRefusal(
            "--category humanites: there is no category 'humanites'; did you mean humanities? one "
                + "of humanities, social_sciences, stem, other is needed"
        ) { try settings(["category": "humanites"]) }
        expectRefusal("--category all: one category is needed") {
            try settings(["category": "all"])
        }
        try Fixture.withTemporaryFolder { folder in
            let flags = ["model": "m", "data": "d", "target": "V"]
            expectRefusal(
                "--category: not given; one of humanities, social_sciences, stem, other is needed "
                    + "to train on"
            ) { try GivenLayers(flags, folder: folder).training() }
            let examples = flags.merging(["examples": "x.jsonl"]) { $1 }
            let training = try GivenLayers(examples, folder: folder).training()
            #expect(!training.evaluates)
        }
        #expect(try settings(["category": "Social-Sciences"]).category == .socialSciences)
    }

    @Test func `an objective that is not there is refused`() throws {
        expectRefusal("--objective fs: did you mean zs? one of zs, zs+fs is needed") {
            try settings(["objective": "fs"])
        }
        expectRefusal(
            "--schedule cosin: did you mean cosine? one of cosine, linear, constant is needed"
        ) { try settings(["schedule": "cosin"]) }
    }

    @Test func `an adapter to start from fixes rank, alpha and targets`() throws {
        try Fixture.withTemporaryFolder { folder in
            let config = """
                {"peft_type": "LORA", "r": 4, "lora_alpha": 12, "target_modules": ["q_proj", "v_proj"]}
                """
            try config.write(
                toFile: folder + "/adapter_config.json", atomically: false, encoding: .utf8)
            func adapter(_ flags: [String: String]) throws -> LoRASettings {
                let all = flags.merging([
                    "model": "m", "data": "d", "category": "stem", "init-adapter": folder,
                ]) { $1 }
                return try GivenLayers(all, folder: folder).training().adapter
            }
            let initial = LoRASettings(targets: [.q, .v], rank: 4, alpha: 12)
            #expect(try adapter([:]) == initial)
            #expect(try adapter(["lora-dropout": "0.25"]).dropout == 0.25)
            #expect(try adapter(["rank": "4", "alpha": "12", "target": "v,q"]) == initial)
            for flags in [
                ["rank": "8"], ["alpha": "8"], ["target": "V"], ["rslora": "true"],
            ] {
                expectRefusal(
                    "--init-adapter: has rank 4, alpha 12.0 and targets QV; --rank, --alpha, "
                        + "--target and --rslora must agree or be left out"
                ) { try adapter(flags) }
            }
        }
    }

    @Test func `the best adapter needs evaluations, and they need a category`() throws {
        let watched = try settings(
            ["eval-every": "5", "keep": "best", "checkpoint-every": "0"]
        ).checkpoints
        #expect(watched.evalEvery == 5)
        #expect(watched.keep == .best)
        #expect(watched.checkpointEvery == 0)
        #expect(try settings([:]).checkpoints.keep == .last)
        expectRefusal(
            "--keep best: --eval-every is not given; its evaluations say which is best"
        ) { try settings(["keep": "best"]) }
        expectRefusal("--keep first: did you mean best? one of best, last is needed") {
            try settings(["keep": "first", "eval-every": "5"])
        }
        expectRefusal("--eval-every 0: a whole number from 1 is needed") {
            try settings(["eval-every": "0"])
        }
        try Fixture.withTemporaryFolder { folder in
            expectRefusal(
                "--eval-every 5: --category is not given; its questions are evaluated"
            ) {
                try GivenLayers(
                    ["model": "m", "target": "V", "examples": "x.jsonl", "eval-every": "5"],
                    folder: folder
                ).training()
            }
        }
    }

    @Test func `an adapter to start from keeps its dropout and its scale's rule`() throws {
        try Fixture.withTemporaryFolder { folder in
            let config = """
                {"peft_type": "LORA", "r": 4, "lora_alpha": 12, "target_modules": ["q_proj"], \
                "lora_dropout": 0.5, "use_rslora": true}
                """
            try config.write(
                toFile: folder + "/adapter_config.json", atomically: false, encoding: .utf8)
            let initial = try settings(["init-adapter": folder, "target": "q"]).adapter
            #expect(initial.dropout == 0.5 && initial.isRankStabilized && initial.scale == 6)
            let flags = ["init-adapter": folder, "target": "q", "lora-dropout": "0"]
            #expect(try settings(flags).adapter.dropout == 0)
            expectRefusal(
                "--init-adapter: has rsLoRA of rank 4, alpha 12.0 and targets Q; --rank, --alpha, "
                    + "--target and --rslora must agree or be left out"
            ) { try settings(["init-adapter": folder, "target": "v"]) }
        }
    }

    @Test func `dropout and rsLoRA are the adapter's`() throws {
        let adapter = try settings(["lora-dropout": "0.1", "rslora": "true", "rank": "16"]).adapter
        #expect(adapter.dropout == 0.1)
        #expect(adapter.scale == 32.0 / 4)
        #expect(try settings([:]).adapter.dropout == 0)
        #expect(try settings([:]).adapter.scale == 2)
        expectRefusal("--lora-dropout 1: a number from 0.0 to 0.999 is needed") {
            try settings(["lora-dropout": "1"])
        }
    }

    @Test func `few-shot prompts are by default of the training questions, the last one learnt`()
        throws
    {
        let fewShot = try settings([:]).fewShot
        #expect(fewShot.weight == 1)
        #expect(fewShot.targets == .last)
        #expect(fewShot.source == .pool)
        #expect(fewShot.shots == nil && fewShot.perPrefix == nil)
        #expect(fewShot.rationales == nil)
    }

    @Test(arguments: [
        (
            ["few-shot-targets": "lst"],
            "--few-shot-targets lst: did you mean last? one of last, all is needed"
        ),
        (
            ["few-shot-source": "dev+vl"],
            "--few-shot-source dev+vl: did you mean dev+val? one of pool, dev, dev+val is needed"
        ),
        (["few-shot-shots": "0"], "--few-shot-shots 0: a whole number from 1 is needed"),
        (["few-shot-per-prefix": "0"], "--few-shot-per-prefix 0: a whole number from 1 is needed"),
    ])
    func `few-shot settings that are none are refused`(
        flags: [String: String], words: String
    ) throws {
        expectRefusal(words) { try settings(flags) }
    }

    @Test func `no adapter to start from is refused`() throws {
        expectRefusal(
            "absent: is not an adapter folder: it has no adapter_config.json; a folder that "
                + "ft-mmlu train or PEFT wrote is needed"
        ) { try settings(["init-adapter": "absent"]) }
    }
}
