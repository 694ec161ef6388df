import Basics
import Foundation

/// What an adapter's effect is multiplied by: one number, or several that are asked in turn.
public enum AdapterScales {
    private static let range = -1000.0...1000

    /// "1" or "0,0.25,0.5,1".
    ///
    /// - Throws: `UsageError` for what is no such list.
    public static func parse(_ text: String) throws -> [Double] {
        let scales = try text.split(separator: ",", omittingEmptySubsequences: false).map { word in
            let word = word.trimmingCharacters(in: .whitespaces)
            guard let scale = Double(word), range.contains(scale) else {
                throw UsageError(
                    "numbers from \(range.lowerBound) to \(range.upperBound), joined by commas, "
                        + "are needed")
            }
            // One zero, whatever its sign.
            return scale == 0 ? 0 : scale
        }
        guard Set(scales).count == scales.count else {
            throw UsageError("each scale once is needed")
        }
        return scales
    }

    /// The setting as it stands in config.yaml.
    static func record(_ scales: [Double]) -> JSONValue {
        scales.count == 1
            ? .number(scales[0]) : .string(scales.map { "\($0)" }.joined(separator: ","))
    }
}
