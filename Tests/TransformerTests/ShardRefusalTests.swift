import Foundation
import TestSupport
import Testing
import Torch
import Transformer

/// Weights in several files, or in none.
@Suite struct ShardRefusalTests {
    private static let index = "model.safetensors.index.json"
    private static let first = "model-00001-of-00002.safetensors"
    private static let norm = "model.norm.weight"

    private func withUntied(_ body: (String) throws -> Void) throws {
        try Fixture.withTemporaryFolder { place in
            try withCopy(of: Fixture.golden + "/tiny-untied/checkpoint", in: place, body)
        }
    }

    private func expectRefusal(_ words: String, _ folder: String) {
        TestSupport.expectRefusal(words) {
            try Checkpoint(folder: folder).load(dtype: .float32, device: .cpu)
        }
    }

    private func editMap(_ folder: String, _ change: (inout [String: Any]) -> Void) throws {
        let path = folder + "/" + Self.index
        var map = try #require(try JSON.object(path)["weight_map"] as? [String: Any])
        change(&map)
        try JSON.edit(path, ["weight_map": map])
    }

    @Test func `no weights at all`() throws {
        try withUntied { folder in
            try FileManager.default.removeItem(atPath: folder + "/" + Self.index)
            expectRefusal(
                "\(folder): has no weights; model.safetensors or model.safetensors.index.json is "
                    + "needed", folder)
        }
    }

    @Test func `an index without a map`() throws {
        try withUntied { folder in
            try AtomicFile.write("{\"weight_map\": 3}", to: folder + "/" + Self.index)
            expectRefusal(
                "\(folder)/\(Self.index): has no 'weight_map' from tensors to files", folder)
        }
    }

    @Test func `an index that places a tensor where it is not`() throws {
        try withUntied { folder in
            try editMap(folder) { $0["lost.weight"] = Self.first }
            expectRefusal(
                "\(folder)/\(Self.index): places tensor 'lost.weight' in \(Self.first), which "
                    + "lacks it", folder)
        }
    }

    @Test func `an index that leaves a tensor out`() throws {
        try withUntied { folder in
            let shard = try #require(
                try JSON.object(folder + "/" + Self.index)["weight_map"] as? [String: String]
            )[Self.norm]
            try editMap(folder) { $0[Self.norm] = nil }
            expectRefusal(
                "\(folder)/\(shard ?? ""): has tensor '\(Self.norm)', which the index lacks", folder
            )
        }
    }

    @Test func `an index that names a missing shard`() throws {
        try withUntied { folder in
            try FileManager.default.removeItem(atPath: folder + "/" + Self.first)
            expectRefusal(
                "\(folder)/\(Self.first): cannot be opened: No such file or directory", folder)
        }
    }

    @Test(arguments: ["../secret.safetensors", "..", "", "/etc/passwd"])
    func `an index that points outside its folder`(name: String) throws {
        try withUntied { folder in
            try editMap(folder) { $0[Self.norm] = name }
            expectRefusal(
                "\(folder)/\(Self.index): names the file '\(name)'; shards stand beside the index",
                folder)
        }
    }

    @Test func `a truncated shard`() throws {
        try withUntied { folder in
            let path = folder + "/" + Self.first
            let whole = try Data(contentsOf: URL(filePath: path))
            try whole.dropLast(1).write(to: URL(filePath: path))
            let words = refusal {
                try Checkpoint(folder: folder).load(dtype: .float32, device: .cpu)
            }
            #expect(words?.hasPrefix("\(path): says of tensor '") == true)
            #expect(
                words?.hasSuffix("lie outside the file; a whole safetensors file is needed") == true
            )
        }
    }
}
