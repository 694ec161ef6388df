import Foundation
import TestSupport
import Testing
import Torch

/// Wrong flags and configuration: status 64, one line that says what would be right.
@Suite struct UsageTests {
    private func expectUsage(
        _ words: String, _ arguments: [String], config: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try Fixture.withTemporaryFolder { folder in
            if let config {
                try config.write(
                    toFile: folder + "/c.yaml", atomically: false, encoding: .utf8)
            }
            let ending = try Program.run(arguments, in: folder)
            #expect(ending.status == 64, sourceLocation: sourceLocation)
            #expect(ending.output == "", sourceLocation: sourceLocation)
            #expect(ending.firstError == "Error: " + words, sourceLocation: sourceLocation)
            let left = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(left == (config == nil ? [] : ["c.yaml"]), sourceLocation: sourceLocation)
        }
    }

    private let train = ["train", "--target", "V", "--category", "humanities"]

    @Test func `an unknown category`() throws {
        let categories = "one of humanities, social_sciences, stem, other is needed"
        try expectUsage(
            "--category humanity: there is no category 'humanity'; did you mean humanities? "
                + categories, ["train", "--target", "V", "--category", "humanity"])
        try expectUsage(
            "--categories stem,othr: there is no category 'othr'; did you mean other? "
                + categories, ["eval", "--categories", "stem,othr"])
    }

    @Test func `an unknown target`() throws {
        try expectUsage(
            "--target vlue: there is no projection 'vlue'; did you mean 'v'?; V, Q, K, QKV, QKVO "
                + "or a list of q,k,v,o,gate,up,down is needed",
            ["train", "--target", "vlue", "--category", "humanities"])
    }

    @Test func `an unknown flag`() throws {
        try expectUsage(
            "Unknown option '--targt'. Did you mean '--target'?",
            ["train", "--targt", "V", "--category", "humanities"])
    }

    @Test func `an unknown command`() throws {
        try expectUsage("there is no command 'trian'; did you mean 'train'?", ["trian"])
        try expectUsage(
            "there is no command 'verfy-adaptr'; did you mean 'verify-adapter'?",
            ["verfy-adaptr", "--quiet"])
        try expectUsage(
            "there is no command 'tokeniser'; did you mean 'tokenizer'?", ["bench", "tokeniser"])
    }

    @Test func `an unknown name in a configuration`() throws {
        try expectUsage(
            "--config c.yaml: there is no setting 'learningrate'; did you mean 'learning-rate'?",
            train + ["--config", "c.yaml"], config: "learningrate: 1")
    }

    @Test func `a wrong value in a configuration`() throws {
        try expectUsage(
            "c.yaml: rank many: a whole number from 1 is needed", train + ["--config", "c.yaml"],
            config: "rank: many")
    }

    @Test func `no configuration`() throws {
        try expectUsage(
            "--config absent.yaml: there is no such file, or it cannot be read",
            train + ["--config", "absent.yaml"])
    }

    @Test(arguments: [
        (["eval", "--data=~/d"], "a setting"), (["merge", "--model=~/d"], "no setting"),
        (["train", "--config=~/d"], "the settings file"),
    ])
    func `a path may begin with the home folder`(arguments: [String], note: String) throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(
                arguments + (arguments[0] == "merge" ? ["--adapter", "a", "--output", "r"] : []),
                in: "/", environment: ["HOME": folder])
            #expect(ending.status != 0)
            #expect(ending.errors.contains(folder + "/d"), "\(note): \(ending.errors)")
            #expect(!ending.errors.contains("~"), "\(ending.errors)")
        }
    }

    @Test func `no category and no target`() throws {
        try expectUsage(
            "--category: not given; one of humanities, social_sciences, stem, other is needed to "
                + "train on", ["train", "--target", "V"])
        try expectUsage(
            "--target: not given; V, Q, K, QKV, QKVO or a list of q,k,v,o,gate,up,down is needed",
            ["train", "--category", "stem"])
    }

    @Test func `a wrong number`() throws {
        try expectUsage(
            "--rank 0: a whole number from 1 is needed", train + ["--rank", "0"])
        try expectUsage(
            "--threads 0: a whole number from 1 is needed", train + ["--threads", "0"])
    }

    @Test func `another model needs questions`() throws {
        try expectUsage(
            "--data: not given; a folder with MMLU's dev, val and test is needed, for the built-in "
                + "questions are used only with the built-in model",
            ["eval", "--model", "m", "--output", "r"])
    }

    @Test func `a device that is none`() throws {
        try expectUsage(
            "--device gpu: there is no such kind of device; use auto, cpu, cuda or cuda:0",
            train + ["--device", "gpu", "--output", "r"])
    }

    @Test(.enabled(if: Device.cudaCount == 0, "there is a CUDA device"))
    func `CUDA where there is none`() throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(train + ["--device", "cuda", "--output", "r"], in: folder)
            #expect(ending.status == 64)
            let start = "Error: --device cuda: no CUDA device can be used here: "
            #expect(ending.firstError.hasPrefix(start))
            #expect(ending.firstError.hasSuffix("; use --device cpu or auto"))
            #expect(ending.firstError.count > start.count + 30)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
    }
}
