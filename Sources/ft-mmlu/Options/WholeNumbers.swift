import Basics
import Experiments

/// A flag's whole number within its bounds.
///
/// - Throws: `UsageError` that names the flag.
func atLeast(
    _ least: Int, _ value: Int, _ name: String, atMost most: Int = 1_000_000
) throws -> Int {
    guard value >= least else {
        throw UsageError("--\(name): \(value) is too few; at least \(least) is needed")
    }
    guard value <= most else {
        throw UsageError("--\(name): \(value) is too many; at most \(most) is possible")
    }
    return value
}
