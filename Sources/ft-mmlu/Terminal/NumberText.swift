import Foundation
import Statistics

/// Numbers as tables show them, shares in percent.
enum NumberText {
    /// "24.8"
    static func percent(_ share: Double) -> String { String(format: "%.1f", 100 * share) }

    /// "24.8 (2.73 q)"; an error of 0 tells nothing, for all questions were answered alike.
    static func percent(_ share: Double, error: Double?, over kind: ErrorKind) -> String {
        guard let error else { return percent(share) }
        return percent(share)
            + (error == 0
                ? " (\u{2013})" : String(format: " (%.2f ", 100 * error) + kind.letter + ")")
    }

    /// "22.2 to 27.6"
    static func percent(_ interval: Interval) -> String {
        "\(percent(interval.lower)) to \(percent(interval.upper))"
    }

    /// A number without a needless ".0".
    static func short(_ value: Double) -> String {
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// Percentage points with their sign, "+74.1"; what rounds to nothing is "0.0".
    static func points(_ difference: Double) -> String {
        let text = String(format: "%+.1f", 100 * difference)
        return Double(text) == 0 ? "0.0" : text
    }

    /// "[+68.9, +79.2]"; nothing where there is none.
    static func points(_ interval: Interval?) -> String {
        interval.map { "[\(points($0.lower)), \(points($0.upper))]" } ?? ""
    }

    /// "0.041", or "<0.001" for what is smaller.
    static func probability(_ p: Double?) -> String {
        guard let p else { return "" }
        return p < 0.0005 ? "<0.001" : String(format: "%.3f", p)
    }
}
