import Basics
import Foundation
import Scoring
import Statistics

/// Numbers as tables show them: shares in percent, differences in percentage points, both with one
/// decimal.
///
/// The paper's own numbers keep the two decimals that it states.
package enum NumberText {
    /// "24.8"
    package static func percent(_ share: Double, decimals: Int = 1) -> String {
        String(format: "%.\(decimals)f", 100 * share)
    }

    /// "24.8 (2.73 q)"; an error of 0 is shown as a dash: it only means that all questions were
    /// answered alike.
    package static func percent(
        _ share: Double, error: Double?, over kind: ErrorKind?, decimals: Int = 1
    ) -> String {
        let text = percent(share, decimals: decimals)
        guard let error, let kind else { return text }
        return text
            + (error == 0
                ? " (\u{2013})" : String(format: " (%.2f ", 100 * error) + kind.letter + ")")
    }

    /// The mean with its error; of two seeds their two values.
    package static func percent(_ cell: TableCell, decimals: Int = 1) -> String {
        if let seeds = cell.seeds, seeds.count == 2 {
            return seeds.map { percent($0, decimals: decimals) }.joined(separator: ", ")
        }
        return percent(
            cell.mean, error: cell.standardError, over: cell.standardErrorOver, decimals: decimals)
    }

    /// "22.2 to 27.6"
    package static func percent(_ interval: Interval?) -> String {
        interval.map { "\(percent($0.lower)) to \(percent($0.upper))" } ?? ""
    }

    /// "+74.1"; a number that rounds to zero is "0.0".
    package static func points(_ difference: Double, decimals: Int = 1) -> String {
        let text = String(format: "%+.\(decimals)f", 100 * difference)
        return Double(text) == 0 ? percent(0, decimals: decimals) : text
    }

    /// The mean; of two seeds their two values.
    package static func points(_ difference: PairedDifference) -> String {
        let means = difference.seedMeans
        return (means.count == 2 ? means : [difference.mean]).map { points($0) }
            .joined(separator: ", ")
    }

    /// "[+68.9, +79.2]"; empty without an interval.
    package static func points(_ interval: Interval?) -> String {
        interval.map { "[\(points($0.lower)), \(points($0.upper))]" } ?? ""
    }

    /// "0.041", or "<0.001" for smaller ones; empty without a test.
    package static func probability(_ p: Double?) -> String {
        p.map { $0 < 0.0005 ? "<0.001" : String(format: "%.3f", $0) } ?? ""
    }

    /// A number without a needless ".0".
    package static func short(_ value: Double) -> String { value.shortText }
}
