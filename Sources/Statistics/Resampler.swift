/// Draws as many questions from a sample as it has, with replacement, again and again.
///
/// Of the questions drawn only those count whose difference is not 0. How many they are is binomial
/// and drawn at once; then only they are drawn, which is the same distribution for less work.
struct Resampler {
    private let differences: [Int]
    /// Of 0, 1, … drawn questions that count: the chance of so many or fewer. Empty where all count.
    private let cumulative: [Double]
    private let count: Int
    private let unitCount: Int
    private var left: UInt64?

    init(_ sample: PairedSample) {
        count = sample.differences.count
        unitCount = sample.unitCount
        differences = sample.differences.filter { $0 != 0 }
        guard !differences.isEmpty, differences.count < count else {
            cumulative = []
            return
        }
        var sum = 0.0
        cumulative = BinomialDistribution(
            count: count, chance: Double(differences.count) / Double(count)
        ).probabilities.map {
            sum += $0
            return sum
        }
    }

    /// The difference in one resample.
    mutating func mean(using generator: inout some RandomNumberGenerator) -> Double {
        guard !differences.isEmpty else { return 0 }
        let drawn = cumulative.isEmpty ? count : hits(using: &generator)
        var sum = 0
        for _ in 0..<drawn { sum += differences[index(using: &generator)] }
        return Double(sum) / Double(count * unitCount)
    }

    /// The first number whose chance, with all below it, exceeds a random one.
    private func hits(using generator: inout some RandomNumberGenerator) -> Int {
        let chance = Double(generator.next() >> 11) * 0x1p-53
        var low = 0
        var high = cumulative.count - 1
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] > chance { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Of a question that counts: the upper half of a product with 32 random bits, two numbers from
    /// each 64. That one is likelier than another by up to count / 2³² is far below what resampling
    /// can show.
    private mutating func index(using generator: inout some RandomNumberGenerator) -> Int {
        let bits: UInt64
        if let half = left {
            bits = half
            left = nil
        } else {
            let both = generator.next()
            bits = both >> 32
            left = both & 0xffff_ffff
        }
        return Int((bits * UInt64(differences.count)) >> 32)
    }
}
