import Foundation
import TestSupport
import Testing
import Torch
import Transformer

/// Logits of HF transformers on tiny random checkpoints of every family.
@Suite struct GoldenTests {
    @Test func `every family and every stored type has golden files of ours`() throws {
        let configurations = try Fixture.goldens(containing: "logits_bfloat16.safetensors")
            .filter { $0.hasPrefix(Fixture.golden) }
            .map { try Checkpoint(folder: $0 + "/checkpoint").configuration }
        #expect(Set(configurations.map(\.family)) == Set(ModelFamily.allCases))
        let types = Set(configurations.compactMap(\.storedDtype))
        #expect(types == [.float32, .bfloat16, .float16])
        #expect(configurations.contains { $0.headSize * $0.headCount != $0.width })
        #expect(Set(configurations.map(\.tiesEmbeddings)) == [true, false])
    }

    @Test(arguments: Fixture.goldens(containing: "logits_float32.safetensors"))
    func `float32 logits equal those of HF transformers`(folder: String) throws {
        let decoder = try Checkpoint(folder: folder + "/checkpoint").load(
            dtype: .float32, device: Fixture.device())
        let golden = try SafetensorsFile(path: folder + "/logits_float32.safetensors")
        for index in 0..<3 {
            let ids: [Int32] = try golden.tensor("\(index).ids").values()
            let logits = try withoutGradient {
                try decoder.logits(PackedForest(roots: [ids]))
            }
            try expectClose(
                logits, golden.tensor("\(index).logits"), .absolute(2e-5), "\(folder) \(index)")
        }
    }

    @Test(arguments: Fixture.goldens(containing: "logits_bfloat16.safetensors"))
    func `bfloat16 logits stay within twice the noise of HF's`(folder: String) throws {
        let noise = try Self.bfloat16Noise(folder)
        let decoder = try Checkpoint(folder: folder + "/checkpoint").load(
            dtype: .bfloat16, device: Fixture.device())
        let golden = try SafetensorsFile(path: folder + "/logits_bfloat16.safetensors")
        let ids = try SafetensorsFile(path: folder + "/logits_float32.safetensors")
        for index in 0..<3 {
            let tokens: [Int32] = try ids.tensor("\(index).ids").values()
            let logits = try withoutGradient {
                try decoder.logits(PackedForest(roots: [tokens]))
            }
            try expectClose(
                logits, golden.tensor("\(index).logits"), .absolute(2 * noise), "\(folder) \(index)"
            )
        }
    }

    @Test(arguments: Fixture.goldens(containing: "prefix.safetensors"))
    func `a shared prefix gives the logits of whole sequences`(folder: String) throws {
        let decoder = try Checkpoint(folder: folder + "/checkpoint").load(
            dtype: .float32, device: Fixture.device())
        let golden = try SafetensorsFile(path: folder + "/prefix.safetensors")
        var forest = PackedForest()
        let root = forest.append(try golden.tensor("prefix").values())
        let suffixes = try (0..<3).map { index in
            forest.append(try golden.tensor("suffix.\(index)").values(), under: root)
        }
        let logits = try withoutGradient {
            let ends = suffixes.map { forest.segments[$0].range.upperBound - 1 }
            return try decoder.logits(of: decoder.hidden(forest.pass, rows: ends))
        }
        try expectClose(logits, golden.tensor("last_logits"), .absolute(2e-5), folder)
    }

    /// bfloat16 against float32 logits, as `tolerances.json` has it for the checkpoint.
    private static func bfloat16Noise(_ folder: String) throws -> Double {
        let url = URL(fileURLWithPath: folder)
        let file = url.deletingLastPathComponent().appendingPathComponent("tolerances.json")
        let all = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
        let mine = try #require(all?[url.lastPathComponent] as? [String: Any])
        return try #require(mine["bf16_vs_fp32_logits"] as? Double)
    }
}
