/// A small random generator with the same numbers everywhere: SplitMix64.
///
/// Samples, shuffles and draws that end up in a file or a result use this one, by its own methods,
/// because the standard library does not promise its shuffles from one version to the next.
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    /// A generator for one purpose: the same seed with other words gives independent numbers.
    ///
    /// - Parameter purpose: the use of the numbers, for instance `["holdout", "philosophy"]`.
    public init(seed: UInt64, for purpose: [String]) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a
        for word in purpose {
            for byte in Array(word.utf8) + [0xff] {
                hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
            }
        }
        self.init(seed: seed)
        state = next() ^ hash
    }

    /// The same from a setting, which may be negative.
    public init(seed: Int, for purpose: [String]) {
        self.init(seed: UInt64(bitPattern: Int64(seed)), for: purpose)
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// A whole number from 0 up to, not including, `bound`, each as likely.
    public mutating func index(below bound: Int) -> Int {
        precondition(bound > 0, "nothing to choose from")
        let bound = UInt64(bound)
        let limit = UInt64.max - (UInt64.max % bound + 1) % bound
        var draw = next()
        while draw > limit { draw = next() }
        return Int(draw % bound)
    }

    /// A number in [0, 1) with 53 random bits.
    public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// The elements in random order (Fisher and Yates, from the end).
    public mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
        var result = elements
        for i in stride(from: result.count - 1, to: 0, by: -1) {
            result.swapAt(i, index(below: i + 1))
        }
        return result
    }
}
