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

/// A seed from a seed, a purpose and a count: SplitMix64's finisher over each in turn.
///
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
func derivedSeed(_ seed: UInt64, _ purpose: RandomPurpose, _ index: Int = 0) -> UInt64 {
    [seed, purpose.rawValue, UInt64(index)].reduce(0) { state, word in
        finished((state ^ word) &+ 0x9e37_79b9_7f4a_7c15)
    }
}

private func finished(_ word: UInt64) -> UInt64 {
    var z = word
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
}

/// A few standard normals for weights and tasks (Box and Muller over SplitMix64).
struct NormalStream {
    private var state: UInt64

    init(seed: UInt64, purpose: RandomPurpose) { state = derivedSeed(seed, purpose) }

    private mutating func unit() -> Double {
        state &+= 0x9e37_79b9_7f4a_7c15
        return (Double(finished(state) >> 11) + 0.5) * 0x1p-53
    }

    mutating func next() -> Double {
        let radius = (-2 * log(unit())).squareRoot()
        return radius * cos(2 * .pi * unit())
    }
}
