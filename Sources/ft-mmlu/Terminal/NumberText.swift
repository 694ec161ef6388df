import Foundation
import Statistics

/// Numbers as tables show them, shares in percent.
enum NumberText {
    /// "24.8"
    static func percent(_ share: Double) -> String { String(format: "%.1f", 100 * share) }

    /// "22.2 to 27.6"
    static func percent(_ interval: Interval) -> String {
        "\(percent(interval.lower)) to \(percent(interval.upper))"
    }

    /// Percentage points with their sign, "+74.1"; what rounds to nothing is "0.0".
    static func points(_ difference: Double) -> String {
        let text = String(format: "%+.1f", 100 * difference)
        return Double(text) == 0 ? "0.0" : text
    }

    /// "[+68.9, +79.2]"
    static func points(_ interval: Interval) -> String {
        "[\(points(interval.lower)), \(points(interval.upper))]"
    }

    /// "0.041", or "<0.001" for what is smaller.
    static func probability(_ p: Double) -> String {
        p < 0.0005 ? "<0.001" : String(format: "%.3f", p)
    }
}
