import TestSupport
import Testing
import Torch

/// Randomness that is a parameter.
@Suite struct GeneratorTests {
    private func draws(_ count: Int = 5, using generator: Generator) throws -> [Float] {
        let tensor = try Tensor.zeros(shape: [count])
        try tensor.fillUniform(from: 0, to: 1, using: generator)
        return try tensor.values()
    }

    @Test func `the same seed gives the same numbers, another gives others`() throws {
        let first = try draws(using: Generator(seed: 7))
        #expect(try draws(using: Generator(seed: 7)) == first)
        #expect(try draws(using: Generator(seed: 8)) != first)
        #expect(try draws(using: Generator(seed: .max)) != first)
        #expect(Set(first).count == 5)
    }

    @Test func `two generators do not disturb each other`() throws {
        let one = try Generator(seed: 7)
        let other = try Generator(seed: 8)
        var mixed: [Float] = []
        for _ in 0..<3 {
            mixed += try draws(using: one)
            _ = try draws(using: other)
        }
        let alone = try Generator(seed: 7)
        #expect(try (0..<3).flatMap { _ in try draws(using: alone) } == mixed)
    }

    @Test func `what follows a state follows it again`() throws {
        let generator = try Generator(seed: 7)
        let normal = try Tensor.zeros(shape: [3])
        try normal.fillNormal(deviation: 1, using: generator)
        let state = try generator.state()
        let next = try draws(using: generator)
        #expect(try draws(using: generator) != next)
        try generator.setState(state)
        #expect(try draws(using: generator) == next)
        let fresh = try Generator(seed: 0)
        try fresh.setState(state)
        #expect(try draws(using: fresh) == next)
    }

    @Test func `a state of another length is refused`() throws {
        let generator = try Generator(seed: 7)
        let before = try generator.state()
        let words = refusal { try generator.setState([1, 2, 3]) }
        #expect(words?.hasPrefix("setState(_:): ") == true)
        #expect(words?.contains("3") == true)
        #expect(try generator.state() == before)
    }
}
