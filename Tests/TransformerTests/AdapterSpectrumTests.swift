import Foundation
import Statistics
import TestSupport
import Testing
import Torch

@testable import Transformer

/// The singular values of trained changes, by hand-made matrices.
@Suite struct AdapterSpectrumTests {
    private func matrix(_ rows: [[Double]]) throws -> Tensor {
        try Tensor(rows.flatMap(\.self)).reshaped([rows.count, rows[0].count])
    }

    /// Of B · A, both in rows.
    private func values(b: [[Double]], a: [[Double]]) throws -> [Double] {
        try AdapterSpectrum.singularValues(b: matrix(b), a: matrix(a))
    }

    private func expect(_ found: [Double], _ expected: [Double], within tolerance: Double = 1e-7) {
        #expect(found.count == expected.count)
        for (one, other) in zip(found, expected) {
            #expect(abs(one - other) <= tolerance, "\(found) \(expected)")
        }
    }

    @Test func `a product of vectors has one, the product of their lengths`() throws {
        // (3, 4) times (1, 2, 2) and nothing beside: 5 · 3.
        expect(try values(b: [[3, 0], [4, 0]], a: [[1, 2, 2], [7, 7, 7]]), [15, 0])
        // Two rows that say the same are one direction too.
        expect(
            try values(b: [[3, 3], [4, 4]], a: [[1, 2, 2], [1, 2, 2]]), [30, 0], within: 1e-6)
    }

    @Test func `a diagonal product has its diagonal`() throws {
        expect(try values(b: [[2, 0], [0, 5], [0, 0]], a: [[0, 1, 0], [3, 0, 0]]), [15, 2])
    }

    @Test func `turning both sides changes nothing`() throws {
        // Rotations by 30° and 50° around diag(4, 1).
        let (c, s) = (cos(Double.pi / 6), sin(Double.pi / 6))
        let (e, f) = (cos(Double.pi / 3.6), sin(Double.pi / 3.6))
        expect(
            try values(b: [[4 * c, -s], [4 * s, c]], a: [[e, -f], [f, e]]), [4, 1], within: 1e-12)
    }

    /// Numbers between -1 and 1, the same each time.
    private func noise(_ rows: Int, _ columns: Int, seed: UInt64) -> [[Double]] {
        var state = seed
        return (0..<rows).map { _ in
            (0..<columns).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Double(state >> 11) / Double(1 << 52) - 1
            }
        }
    }

    /// Of the whole product, by turning pairs of its columns until all are at right angles
    /// (one-sided Jacobi; Golub and Van Loan, 8.6.3): neither triangles nor LAPACK.
    private func plainSingularValues(_ b: [[Double]], _ a: [[Double]]) -> [Double] {
        var columns = a[0].indices.map { j in
            b.map { row in row.indices.reduce(0) { $0 + row[$1] * a[$1][j] } }
        }
        func dot(_ p: Int, _ q: Int) -> Double {
            zip(columns[p], columns[q]).reduce(0) { $0 + $1.0 * $1.1 }
        }
        for _ in 0..<30 {
            for p in columns.indices {
                for q in columns.indices where q > p {
                    let (pp, qq, pq) = (dot(p, p), dot(q, q), dot(p, q))
                    guard abs(pq) > 1e-17 * (pp * qq).squareRoot(), pq != 0 else { continue }
                    let theta = (qq - pp) / (2 * pq)
                    let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
                    let c = 1 / (t * t + 1).squareRoot()
                    let (old, other) = (columns[p], columns[q])
                    columns[p] = zip(old, other).map { c * $0 - c * t * $1 }
                    columns[q] = zip(old, other).map { c * t * $0 + c * $1 }
                }
            }
        }
        return columns.indices.map { dot($0, $0).squareRoot() }.sorted(by: >)
    }

    @Test(arguments: [(30, 24, 7), (24, 30, 7), (9, 40, 16), (5, 6, 12)])
    func `they are those of the whole product`(rows: Int, columns: Int, rank: Int) throws {
        // Directions of very different strengths: squares of the smallest are below a double's
        // precision beside those of the largest.
        var a = noise(rank, columns, seed: 7)
        for index in a.indices {
            a[index] = a[index].map { $0 * pow(10, -9 * Double(index) / Double(rank)) }
        }
        let b = noise(rows, rank, seed: 8)
        let found = try values(b: b, a: a)
        let expected = plainSingularValues(b, a)
        let count = min(rows, columns, rank)
        #expect(found.count == rank)
        for index in 0..<count {
            #expect(
                abs(found[index] - expected[index]) <= 1e-12 * expected[0],
                "\(index): \(found[index]), \(expected[index])")
        }
        #expect(found.dropFirst(count).allSatisfy { $0 == 0 })
        let spectrum = try #require(Spectrum(singularValues: found))
        let plain = try #require(Spectrum(singularValues: Array(expected.prefix(count))))
        #expect(abs(spectrum.effectiveRank - plain.effectiveRank) <= 1e-6)
        #expect(abs(spectrum.participationRatio - plain.participationRatio) <= 1e-6)
        #expect(abs(spectrum.firstShare - plain.firstShare) <= 1e-6)
    }

    @Test func `what is not finite has no singular values`() throws {
        let values = try values(b: [[1, .nan], [0, 1]], a: [[1, 2], [.infinity, 1]])
        #expect(values.count == 2 && values.allSatisfy(\.isNaN))
        #expect(Spectrum(singularValues: values) == nil)
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

    @Test func `whoever watches is told of each matrix, and ends the work by throwing`() throws {
        struct Enough: Error {}
        try Fixture.withTemporaryFolder { folder in
            func name(_ layer: Int, _ part: String) -> String {
                "base_model.model.model.layers.\(layer).self_attn.v_proj.lora_\(part).weight"
            }
            var tensors: [String: Tensor] = [:]
            for layer in 0..<3 {
                tensors[name(layer, "A")] = try Tensor([Float(1), 2, 3]).reshaped([1, 3])
                tensors[name(layer, "B")] = try Tensor([Float(1), 2]).reshaped([2, 1])
            }
            try write(rank: 1, alpha: 1, tensors, to: folder + "/a")
            var told: [Int] = []
            _ = try AdapterSpectrum.all(in: folder + "/a") { done, count in
                told.append(done)
                #expect(count == 3)
            }
            #expect(told == [0, 1, 2, 3])
            #expect(throws: Enough.self) {
                _ = try AdapterSpectrum.all(in: folder + "/a") { done, _ in
                    if done == 1 { throw Enough() }
                }
            }
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
