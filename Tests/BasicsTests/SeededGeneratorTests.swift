import Testing

@testable import Basics

@Suite struct SeededGeneratorTests {
    /// The first numbers of SplitMix64 from 1234567, as Rosetta Code's page on it has them.
    @Test func `the numbers are SplitMix64's`() {
        var generator = SeededGenerator(seed: 1_234_567)
        let numbers = (0..<3).map { _ in generator.next() }
        #expect(
            numbers == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973,
                9_817_491_932_198_370_423,
            ])
    }

    @Test func `other words give other numbers, and the same words the same`() {
        func first(_ purpose: [String]) -> UInt64 {
            var generator = SeededGenerator(seed: 0, for: purpose)
            return generator.next()
        }
        #expect(first(["a", "b"]) == first(["a", "b"]))
        #expect(Set([first(["a", "b"]), first(["ab"]), first(["b", "a"]), first([])]).count == 4)
    }

    @Test func `a shuffle keeps every element`() {
        var generator = SeededGenerator(seed: 5)
        let shuffled = generator.shuffled(Array(0..<100))
        #expect(shuffled != Array(0..<100))
        #expect(shuffled.sorted() == Array(0..<100))
    }
}
