import Foundation
import TestSupport
import Testing
import Torch

@Suite struct LogitsTests {
    private static let tiny = Fixture.golden + "/tiny"

    /// Writes the golden file's token ids as examples; returns the program's logits.
    private func logits(
        _ golden: SafetensorsFile, _ more: [String], in folder: String
    ) throws -> SafetensorsFile {
        let lines = try (0..<3).map { index in
            let ids = try golden.tensor("\(index).ids").values(as: Int32.self)
            return "{\"input_ids\": [\(ids.map(String.init).joined(separator: ", "))]}\n"
        }
        try lines.joined().write(
            toFile: folder + "/x.jsonl", atomically: false, encoding: .utf8)
        let ending = try Program.run(
            [
                "logits", "--model", Self.tiny + "/checkpoint", "--examples", "x.jsonl", "--output",
                "logits.safetensors", "--dtype", "fp32", "--device", "cpu",
            ] + more, in: folder)
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(ending.output == "")
        #expect(ending.errors == "")
        return try SafetensorsFile(path: folder + "/logits.safetensors")
    }

    @Test(arguments: [("logits_float32", []), ("logits_adapter_float32", ["--adapter"])])
    func `logits equal those of HF transformers`(name: String, flags: [String]) throws {
        try Fixture.withTemporaryFolder { folder in
            let golden = try SafetensorsFile(path: Self.tiny + "/\(name).safetensors")
            let ids = try SafetensorsFile(path: Self.tiny + "/logits_float32.safetensors")
            let found = try logits(ids, flags.flatMap { [$0, Self.tiny + "/adapter"] }, in: folder)
            #expect(Set(found.entries.keys) == ["logits.0", "logits.1", "logits.2"])
            for index in 0..<3 {
                let tensor = try found.tensor("logits.\(index)")
                #expect(tensor.dtype == .float32)
                try expectClose(
                    tensor, golden.tensor("\(index).logits"), .absolute(2e-5), "\(name) \(index)")
            }
        }
    }

    @Test func `an adapter changes the logits`() throws {
        try Fixture.withTemporaryFolder { folder in
            let ids = try SafetensorsFile(path: Self.tiny + "/logits_float32.safetensors")
            let found = try logits(ids, ["--adapter", Self.tiny + "/adapter"], in: folder)
            let change = try found.tensor("logits.2") - ids.tensor("2.logits")
            #expect(try change.norm() > 0.1)
        }
    }

    /// Twice the context of 512, by the factor of the scaling; other kinds show it as their context.
    @Test func `dynamic scaling takes sequences beyond the context of runs`() throws {
        try Fixture.withTemporaryFolder { folder in
            let model = folder + "/m"
            try FileManager.default.copyItem(atPath: Self.tiny + "/checkpoint", toPath: model)
            let path = model + "/config.json"
            let config = try String(contentsOfFile: path, encoding: .utf8)
            try (#"{"rope_scaling": {"type": "dynamic", "factor": 2.0},"# + config.dropFirst())
                .write(toFile: path, atomically: false, encoding: .utf8)
            for (length, status) in [(1024, Int32(0)), (1025, 1)] {
                let ids = Array(repeating: "1", count: length).joined(separator: ", ")
                try "{\"input_ids\": [\(ids)]}\n".write(
                    toFile: folder + "/x.jsonl", atomically: false, encoding: .utf8)
                let ending = try Program.run(
                    ["logits", "--model", "m", "--examples", "x.jsonl", "--output", "o"],
                    in: folder)
                #expect(ending.status == status, "\(ending.errors)")
                #expect(ending.errors.contains("the model has room for 1024") == (status == 1))
            }
        }
    }

    @Test func `a token outside the vocabulary is refused`() throws {
        try Fixture.withTemporaryFolder { folder in
            try "{\"input_ids\": [97]}".write(
                toFile: folder + "/x.jsonl", atomically: false, encoding: .utf8)
            let ending = try Program.run(
                [
                    "logits", "--model", Self.tiny + "/checkpoint", "--examples", "x.jsonl",
                    "--output", "o.safetensors",
                ], in: folder)
            #expect(ending.status == 1)
            #expect(
                ending.errors
                    == "Error: x.jsonl, line 1: has token 97; the model has rows for 97 tokens, "
                    + "counted from 0\n")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["x.jsonl"])
        }
    }
}
