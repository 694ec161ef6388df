import Foundation
import TestSupport
import Testing

@Suite struct LoadBenchTests {
    @Test func `the bytes are those of the weights and loading takes no more than them`() throws {
        let run = try Program.run(["bench", "load", "--rounds", "2"], in: NSTemporaryDirectory())
        #expect(run.status == 0, "\(run.errors)")
        let result = try #require(
            try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        let size =
            try FileManager.default.attributesOfItem(
                atPath: Fixture.pocket + "/model.safetensors")[.size] as? Int
        #expect(result["bytes"] as? Int == size)
        #expect((result["load_seconds"] as? [Double])?.count == 2)
        let peak = try #require(result["peak_bytes"] as? Int)
        #expect(peak < Int(1.15 * Double(size ?? 0)) + 300_000_000)
    }

    @Test func `no rounds are refused`() throws {
        let run = try Program.run(["bench", "load", "--rounds", "0"], in: NSTemporaryDirectory())
        #expect(run.status == 64)
        #expect(run.errors.contains("--rounds: 0 is too few; at least 1 is needed"))
    }
}
