import Basics

/// How stable the choice of the most accurate candidate is.
public struct ChoiceStability: Hashable, Sendable {
    /// Candidates as good as the winner, it among them.
    public let tiedCount: Int
    /// Candidates within one standard error, over questions, of the winner, it among them.
    public let nearCount: Int
    /// In how many of `resampleCount` resamples of the questions the winner wins again.
    public let winCount: Int
    public static let resampleCount = 1000

    /// - Parameters:
    ///   - candidates: `[candidate][question]`, the accuracy; all on the same questions. Among
    ///     equals the first wins.
    /// - Throws: `InputError` without candidates or questions.
    public init(
        _ candidates: [[Double]], using generator: inout some RandomNumberGenerator
    ) throws {
        guard let count = candidates.first?.count, count > 0,
            candidates.allSatisfy({ $0.count == count })
        else {
            throw InputError(
                "a choice: is between \(candidates.count) candidates; one or more, on the same"
                    + " questions, are needed")
        }
        // Sums of shares differ by rounding where they are the same number.
        let slack = 1e-9
        func best(_ sums: [Double]) -> Int {
            let top = sums.max() ?? 0
            return sums.firstIndex { $0 > top - slack } ?? 0
        }
        let sums = candidates.map { $0.reduce(0, +) }
        let winner = best(sums)
        let error = try candidates[winner].standardErrorOfMean() ?? 0
        tiedCount = sums.count { abs($0 - sums[winner]) < slack }
        nearCount = sums.count {
            (sums[winner] - $0) / Double(count) <= error + slack / Double(count)
        }
        var wins = 0
        for _ in 0..<Self.resampleCount {
            var resampled = [Double](repeating: 0, count: candidates.count)
            for _ in 0..<count {
                let question = Int.random(in: 0..<count, using: &generator)
                for index in candidates.indices { resampled[index] += candidates[index][question] }
            }
            if best(resampled) == winner { wins += 1 }
        }
        winCount = wins
    }
}
