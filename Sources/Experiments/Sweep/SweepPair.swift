import Basics
import Scoring
import Evaluation
import Statistics

/// Two rows of a study, compared by one test: few-shot accuracy over all questions.
public struct SweepPair: Sendable {
    public let first: String
    public let second: String
    /// Training seeds that both have; the base model stands beside each.
    public let seeds: [Int]
    /// The second less the first.
    public let row: ComparisonTable.Row
    /// `row`'s p-value of no change, adjusted over all pairs (Holm); nil of two seeds.
    public let adjustedP: Double?
    /// That of no loss beyond the margin, adjusted in the same way.
    public let adjustedMarginP: Double?

    /// What is known of a loss beyond the margin.
    public var verdict: MarginTest.Verdict? {
        row.margin.map { $0.verdict(adjustedP: adjustedMarginP ?? $0.noLossP) }
    }

    /// Every two rows, behind the largest number of shots; none of two rows, whose difference stands in
    /// the table.
    static func all(of rows: [SweepRow], marginPoints: Double) throws -> [SweepPair] {
        let asked = rows.filter { !$0.tables.isEmpty }
        guard asked.count > 2, let shots = asked[0].values.map(\.shots).max() else { return [] }
        var found: [(first: String, second: String, seeds: [Int], row: ComparisonTable.Row)] = []
        for (index, one) in asked.enumerated() {
            for other in asked[(index + 1)...] {
                let seeds = one.seeds.isEmpty ? other.seeds : other.seeds.filter(one.seeds.contains)
                let pairs = seeds.compactMap { seed in
                    one.table(ofSeed: seed).flatMap { first in
                        other.table(ofSeed: seed).map { (first: first, second: $0) }
                    }
                }
                guard !pairs.isEmpty,
                    let row = try ComparisonTable(
                        seeds: pairs, marginPoints: marginPoints)["all", shots: shots]
                else { continue }
                found.append((one.title, other.title, seeds, row))
            }
        }
        let noChange = Holm.adjusted(found.map(\.row.micro.noChangeP))
        let noLoss = Holm.adjusted(found.map(\.row.margin?.noLossP))
        return found.indices.map { index in
            SweepPair(
                first: found[index].first, second: found[index].second,
                seeds: found[index].seeds, row: found[index].row, adjustedP: noChange[index],
                adjustedMarginP: noLoss[index])
        }
    }

    /// An element of "pairs" in results.json.
    var record: JSONValue {
        let own: [String: JSONValue] = [
            "p_no_change_holm": .optional(adjustedP),
            "p_no_loss_beyond_margin_holm": .optional(adjustedMarginP),
            "no_loss_beyond_margin": verdict.map { .string($0.rawValue) } ?? .null,
        ]
        return .object(
            [
                ("first", .string(first)), ("second", .string(second)),
                ("seeds", .array(seeds.map { .whole($0) })),
            ] + row.seedFields.map { name, value in (name, own[name] ?? value) })
    }
}

extension SweepRow {
    /// No seed changes the base model.
    fileprivate func table(ofSeed seed: Int) -> AccuracyTable? {
        if seeds.isEmpty { return tables.first }
        return seeds.firstIndex(of: seed).flatMap { tables.indices.contains($0) ? tables[$0] : nil }
    }
}
