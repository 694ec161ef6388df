import Foundation
import TestSupport
import Testing
import Torch

@testable import Transformer

/// The singular values of trained changes, by hand-made matrices.
@Suite struct AdapterSpectrumTests {
    /// Of B · A, both in rows.
    private func values(
        b: [[Double]], a: [[Double]]
    ) -> [Double] {
        AdapterSpectrum.singularValues(
            ofProduct: AdapterSpectrum.columnGram(
                b.flatMap(\.self), rows: b.count, columns: b[0].count),
            AdapterSpectrum.rowGram(a.flatMap(\.self), rows: a.count, columns: a[0].count))
    }

    private func expect(_ found: [Double], _ expected: [Double], within tolerance: Double = 1e-7) {
        #expect(found.count == expected.count)
        for (one, other) in zip(found, expected) {
            #expect(abs(one - other) <= tolerance, "\(found) \(expected)")
        }
    }

    @Test func `a product of vectors has one, the product of their lengths`() {
        // (3, 4) times (1, 2, 2) and nothing beside: 5 · 3.
        expect(values(b: [[3, 0], [4, 0]], a: [[1, 2, 2], [7, 7, 7]]), [15, 0])
        // Two rows that say the same are one direction too.
        expect(values(b: [[3, 3], [4, 4]], a: [[1, 2, 2], [1, 2, 2]]), [30, 0], within: 1e-6)
    }

    @Test func `a diagonal product has its diagonal`() {
        expect(values(b: [[2, 0], [0, 5], [0, 0]], a: [[0, 1, 0], [3, 0, 0]]), [15, 2])
    }

    @Test func `turning both sides changes nothing`() {
        // Rotations by 30° and 50° around diag(4, 1).
        let (c, s) = (cos(Double.pi / 6), sin(Double.pi / 6))
        let (e, f) = (cos(Double.pi / 3.6), sin(Double.pi / 3.6))
        expect(
            values(b: [[4 * c, -s], [4 * s, c]], a: [[e, -f], [f, e]]), [4, 1], within: 1e-12)
    }

    private func write(
        rank: Int, alpha: Double, _ tensors: [String: Tensor], to folder: String
    ) throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try """
        {"peft_type": "LORA", "r": \(rank), "lora_alpha": \(alpha), "target_modules": ["v_proj"]}
        """.write(
            toFile: folder + "/adapter_config.json", atomically: false, encoding: .utf8)
        try SafetensorsFile.write(tensors, to: folder + "/adapter_model.safetensors")
    }

    @Test func `of a folder they are scaled, layer by layer`() throws {
        try Fixture.withTemporaryFolder { folder in
            func name(_ layer: Int, _ part: String) -> String {
                "base_model.model.model.layers.\(layer).self_attn.v_proj.lora_\(part).weight"
            }
            let a: [Float] = [1, 0, 0, 0, 1, 0]
            let b: [Float] = [2, 0, 0, 3]
            var tensors: [String: Tensor] = [:]
            for layer in [10, 2] {
                tensors[name(layer, "A")] = try Tensor(a).reshaped([2, 3])
                tensors[name(layer, "B")] = try Tensor(b.map { $0 * Float(layer) })
                    .reshaped([2, 2])
            }
            try write(rank: 2, alpha: 8, tensors, to: folder + "/a")
            let spectra = try AdapterSpectrum.all(in: folder + "/a")
            #expect(spectra.map(\.layer) == [2, 10])
            #expect(spectra.allSatisfy { $0.projection == .v })
            // alpha / rank = 4.
            expect(spectra[0].singularValues, [24, 16])
            expect(spectra[1].singularValues, [120, 80], within: 1e-5)
        }
    }

    @Test func `a folder without a matrix of the rank is refused`() throws {
        try Fixture.withTemporaryFolder { folder in
            let name = "base_model.model.model.layers.0.self_attn.v_proj.lora_A.weight"
            try write(
                rank: 2, alpha: 8, [name: try Tensor([Float(1), 2, 3]).reshaped([1, 3])],
                to: folder + "/a")
            expectRefusal(
                "\(folder)/a/adapter_model.safetensors: has no '\(name)' of rank 2; an adapter whose "
                    + "configuration fits is needed"
            ) { try AdapterSpectrum.all(in: folder + "/a") }
        }
    }
}
