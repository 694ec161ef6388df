import Basics
import Foundation

/// The purposes of random numbers: one seed gives each purpose separate numbers.
enum RandomPurpose: UInt64 {
    case task = 1
    case start
    case pretrainingPrompts
    case fineTuningPrompts
    case fineTuningPairs
    case testPrompts
}

/// A seed from a seed, a purpose and a count: SplitMix64 over each in turn.
///
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
func derivedSeed(_ seed: UInt64, _ purpose: RandomPurpose, _ index: Int = 0) -> UInt64 {
    [seed, purpose.rawValue, UInt64(index)].reduce(0) { state, word in
        var generator = SeededGenerator(seed: state ^ word)
        return generator.next()
    }
}

/// A few standard normals for weights and tasks (Box and Muller over SplitMix64).
struct NormalStream {
    private var generator: SeededGenerator

    init(seed: UInt64, purpose: RandomPurpose) {
        generator = SeededGenerator(seed: derivedSeed(seed, purpose))
    }

    private mutating func unit() -> Double { generator.unit() + 0x1p-54 }

    mutating func next() -> Double {
        let radius = (-2 * log(unit())).squareRoot()
        return radius * cos(2 * .pi * unit())
    }
}
