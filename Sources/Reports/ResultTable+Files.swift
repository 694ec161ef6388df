import Basics
import Foundation
import Scoring
import Statistics

extension ResultTable {
    /// A line a number: RFC 4180, shares, empty where there is none.
    var csv: String {
        let names =
            "model,shots,category,questions,mean,standard_error,standard_error_over,lower,upper,"
            + "difference,difference_standard_error,difference_lower,difference_upper,"
            + "p_no_change,p_no_change_holm,margin_points,p_no_loss_beyond_margin,"
            + "p_no_loss_beyond_margin_holm,no_loss_beyond_margin,paper_mean,"
            + "paper_standard_error,paper_difference"
        var lines = [names.split(separator: ",").map(String.init)]
        func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
        for row in rows {
            for (index, column) in columns.enumerated() {
                let cell = row.cells[index]
                let difference = row.differences?[index]
                lines.append(
                    [
                        row.name, "\(column.shots)", column.category,
                        cell?.questions.map { "\($0)" } ?? "", text(cell?.mean),
                        text(cell?.standardError), cell?.standardErrorOver?.rawValue ?? "",
                        text(cell?.interval?.lower), text(cell?.interval?.upper),
                        text(difference?.micro.mean),
                        text(difference?.micro.standardError),
                        text(difference?.micro.interval?.lower),
                        text(difference?.micro.interval?.upper), text(difference?.micro.noChangeP),
                        text(difference?.adjustedP),
                        difference == nil ? "" : text(marginPoints),
                        text(difference?.margin?.noLossP),
                        text(difference?.adjustedMarginP),
                        difference?.verdict?.rawValue ?? "",
                        text(row.paper?[index]?.mean), text(row.paper?[index]?.standardError),
                        text(row.paperDifferences?[index]?.mean),
                    ])
            }
        }
        return CSVTable.text(lines)
    }

    var json: String {
        get throws {
            // Keys by name, and none for nil: readers of this format expect Foundation's.
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            encoder.keyEncodingStrategy = .convertToSnakeCase
            return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        }
    }
}

extension ComparisonTable.Row: Encodable {
    private enum CodingKeys: String, CodingKey {
        case mean, standardError, interval, seeds, questions, pNoChange, pNoChangeHolm
        case pNoLossBeyondMargin, pNoLossBeyondMarginHolm, pEquivalence, noLossBeyondMargin
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(micro.mean, forKey: .mean)
        try values.encodeIfPresent(micro.standardError, forKey: .standardError)
        try values.encodeIfPresent(micro.interval, forKey: .interval)
        if micro.seedCount > 1 { try values.encode(micro.seedMeans, forKey: .seeds) }
        try values.encode(questionCount, forKey: .questions)
        try values.encodeIfPresent(micro.noChangeP, forKey: .pNoChange)
        try values.encodeIfPresent(adjustedP, forKey: .pNoChangeHolm)
        try values.encodeIfPresent(margin?.noLossP, forKey: .pNoLossBeyondMargin)
        try values.encodeIfPresent(adjustedMarginP, forKey: .pNoLossBeyondMarginHolm)
        try values.encodeIfPresent(margin?.equivalenceP, forKey: .pEquivalence)
        try values.encodeIfPresent(verdict, forKey: .noLossBeyondMargin)
    }
}

extension ModelPair: Encodable {
    private enum CodingKeys: String, CodingKey {
        case first, second, shots, difference
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(first, forKey: .first)
        try values.encode(second, forKey: .second)
        try values.encode(row.shots, forKey: .shots)
        try values.encode(row, forKey: .difference)
    }
}
