import Basics
import Benchmarks
import Foundation
import TestSupport
import Testing
import Torch

@testable import Evaluation

@Suite struct TokenSamplerTests {
    /// Draws often from one row of logits.
    private func frequencies(
        _ logits: [Float], text: Set<Int32> = [], count: Int = 20_000,
        _ change: (inout TokenSampler) -> Void
    ) throws -> [Double] {
        var sampler = TokenSampler()
        sampler.temperature = 1
        sampler.topP = 1
        sampler.topK = 0
        change(&sampler)
        var generators = (0..<count).map { SeededGenerator(seed: UInt64($0), for: ["sampler"]) }
        let rows = try Tensor(
            Array(repeating: logits, count: count).flatMap { $0 }, shape: [count, logits.count])
        let tokens = try sampler.draw(
            rows, texts: Array(repeating: text, count: count), using: &generators)
        return logits.indices.map { token in
            Double(tokens.count { Int($0) == token }) / Double(count)
        }
    }

    /// Expects each frequency within four standard errors of its probability; never drawn at 0.
    private func expectFrequencies(
        _ found: [Double], _ expected: [Double], count: Double = 20_000,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for (frequency, probability) in zip(found, expected) {
            let error = (probability * (1 - probability) / count).squareRoot()
            #expect(
                abs(frequency - probability) <= 4 * error, "\(found) against \(expected)",
                sourceLocation: sourceLocation)
        }
    }

    /// Logits with the probabilities 0.2, 0.5, 0.3, shifted as logits may be.
    private let logits: [Float] = [0.2, 0.5, 0.3].map { log($0) + 7 }

    @Test func `all tokens are drawn by their probabilities`() throws {
        expectFrequencies(try frequencies(logits) { _ in }, [0.2, 0.5, 0.3])
    }

    @Test func `temperature flattens or sharpens`() throws {
        let squares = [0.04, 0.25, 0.09].map { $0 / 0.38 }
        expectFrequencies(try frequencies(logits) { $0.temperature = 0.5 }, squares)
        let roots = [0.2, 0.5, 0.3].map { $0.squareRoot() }
        let sum = roots.reduce(0, +)
        expectFrequencies(try frequencies(logits) { $0.temperature = 2 }, roots.map { $0 / sum })
    }

    @Test func `top-k keeps that many tokens`() throws {
        expectFrequencies(try frequencies(logits) { $0.topK = 2 }, [0, 0.625, 0.375])
        expectFrequencies(try frequencies(logits) { $0.topK = 1 }, [0, 1, 0])
        expectFrequencies(try frequencies(logits) { $0.topK = 99 }, [0.2, 0.5, 0.3])
    }

    @Test func `in top-p the token that crosses stays`() throws {
        expectFrequencies(try frequencies(logits) { $0.topP = 0.45 }, [0, 1, 0])
        expectFrequencies(try frequencies(logits) { $0.topP = 0.6 }, [0, 0.625, 0.375])
        expectFrequencies(try frequencies(logits) { $0.topP = 0.85 }, [0.2, 0.5, 0.3])
        expectFrequencies(try frequencies(logits) { $0.topP = 0 }, [0, 1, 0])
    }

    /// Without temperature first, two tokens would be needed to reach 0.65.
    @Test func `temperature comes before top-p`() throws {
        expectFrequencies(
            try frequencies(logits) { ($0.temperature, $0.topP) = (0.5, 0.65) }, [0, 1, 0])
    }

    /// Of the two tokens that are left the first has 0.625.
    @Test func `top-p counts what top-k left`() throws {
        expectFrequencies(try frequencies(logits) { ($0.topK, $0.topP) = (2, 0.6) }, [0, 1, 0])
    }

    @Test func `a repetition penalty divides above zero and multiplies below`() throws {
        let exponents = [2.0 / 2, -1.0 * 2, 0.5].map { exp($0) }
        let sum = exponents.reduce(0, +)
        expectFrequencies(
            try frequencies([2, -1, 0.5], text: [0, 1]) { $0.repetitionPenalty = 2 },
            exponents.map { $0 / sum })
    }

    @Test func `greedy takes the likeliest token and draws nothing`() throws {
        var sampler = TokenSampler()
        sampler.temperature = 0
        var generators = [SeededGenerator(seed: 1), SeededGenerator(seed: 2)]
        let rows = try Tensor([0.2, 0.5, 0.3, 0.9, 0.5, 0.3] as [Float], shape: [2, 3])
        #expect(try sampler.draw(rows, texts: [], using: &generators) == [1, 0])
        var untouched = SeededGenerator(seed: 1)
        #expect(generators[0].next() == untouched.next())
        sampler.repetitionPenalty = 5
        #expect(try sampler.draw(rows, texts: [[1], [0, 1]], using: &generators) == [2, 2])
    }

    @Test func `a row's draw depends on its own generator`() throws {
        var sampler = TokenSampler()
        sampler.topP = 1
        var rows = (0..<50).map { SeededGenerator(seed: $0) }
        let all = try sampler.draw(
            Tensor(Array(repeating: logits, count: 50).flatMap { $0 }, shape: [50, 3]), texts: [],
            using: &rows)
        for row in 0..<50 {
            var own = [SeededGenerator(seed: UInt64(row))]
            let one = try sampler.draw(Tensor(logits, shape: [1, 3]), texts: [], using: &own)
            #expect(one == [all[row]])
            #expect(own[0].next() == rows[row].next())
        }
        #expect(Set(all).count == 3)
    }

    /// What a GPU does, on the CPU.
    @Test(arguments: [
        (0, 1.0, 1.0), (0, 0.8, 0.7), (20, 0.8, 0.7), (5, 1, 2), (1, 0.5, 1), (0, 1e-6, 1),
    ])
    func `a device draws the tokens that the host draws`(
        topK: Int, topP: Double, temperature: Double
    ) throws {
        var sampler = TokenSampler()
        (sampler.topK, sampler.topP, sampler.temperature) = (topK, topP, temperature)
        let rows = 400
        let generator = try Generator(seed: 5)
        let logits = try Tensor.zeros(shape: [rows, 97])
        try logits.fillNormal(mean: 0, deviation: 3, using: generator)
        var numbers = SeededGenerator(seed: 6)
        var units = (0..<rows).map { _ in numbers.unit() }
        (units[0], units[1]) = (0, 1.0.nextDown)
        let host = try sampler.drawOnHost(logits, units)
        #expect(try sampler.drawOnDevice(logits, units) == host)
        #expect(topK == 1 || topP < 0.01 || Set(host).count > 20)
    }

    @Test func `bfloat16 logits are drawn from in float32`() throws {
        var sampler = TokenSampler()
        sampler.temperature = 0
        var generators = [SeededGenerator(seed: 1)]
        let row = try Tensor([1, 3, 2] as [Float], shape: [1, 3]).converted(to: .bfloat16)
        #expect(try sampler.draw(row, texts: [], using: &generators) == [1])
    }
}
