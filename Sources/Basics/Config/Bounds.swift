/// Which numbers a setting may be.
public struct Bounds: Hashable, Sendable {
    /// Of whole numbers. Larger counts are rejected, so that sums and products of a few of them do
    /// not overflow.
    public var counts = 0...1_000_000_000
    /// Of numbers. No weight, learning rate or temperature is larger than 1e6, and products of such
    /// numbers stay within the range of float32.
    public var numbers = 0...1e6
    /// Whether the lower bound of `numbers` is excluded.
    var excludesLower = false
    /// Whether messages name the upper bound of `numbers` with the lower one.
    var statesUpper = false

    /// Counts from 0 to 1e9, numbers from 0 to 1e6.
    public static let usual = Bounds()
    /// Any whole number from 0: seeds are never counted with.
    public static let seed = Bounds(counts: 0...Int.max)

    public static func from(_ least: Int) -> Bounds {
        Bounds(counts: least...usual.counts.upperBound)
    }
    public static func whole(_ range: ClosedRange<Int>) -> Bounds { Bounds(counts: range) }
    public static func upTo(_ most: Double) -> Bounds { Bounds(numbers: 0...most) }

    public static func number(_ range: ClosedRange<Double>) -> Bounds {
        Bounds(numbers: range, statesUpper: true)
    }

    /// - Parameter most: the largest number; nil is 1e6
    public static func above(_ least: Double, upTo most: Double? = nil) -> Bounds {
        Bounds(
            numbers: least...(most ?? usual.numbers.upperBound), excludesLower: true,
            statesUpper: most != nil)
    }

    /// The expected value: "a number above 0.0, up to 1.0, is needed".
    var expected: String {
        let (lower, upper) = (numbers.lowerBound, numbers.upperBound)
        if excludesLower {
            return "a number above \(lower)" + (statesUpper ? ", up to \(upper)," : "")
                + " is needed"
        }
        return "a number from \(lower)" + (statesUpper ? " to \(upper)" : "") + " is needed"
    }

    /// - Throws: `Mismatch`
    func check(_ number: Double?) throws -> Double {
        guard let number, number.isFinite, number >= numbers.lowerBound,
            !(excludesLower && number == numbers.lowerBound),
            !statesUpper || number <= numbers.upperBound
        else { throw Mismatch(expected) }
        guard number <= numbers.upperBound else {
            throw Mismatch("at most \(numbers.upperBound) is possible")
        }
        return number
    }

    /// - Parameter text: the text that the number was read from
    /// - Throws: `Mismatch`
    func check(_ count: Int?, of text: String) throws -> Int {
        let isLong = count == nil && !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isNumber }
        guard !isLong, count ?? .min <= counts.upperBound else {
            throw Mismatch("at most \(counts.upperBound) is possible")
        }
        guard let count, count >= counts.lowerBound else {
            throw Mismatch("a whole number from \(counts.lowerBound) is needed")
        }
        return count
    }
}

extension Int {
    /// The whole number nearest to a double, without a trap: beyond the range it is the range's
    /// end, and not a number is 0.
    public init(nearest value: Double) {
        if let whole = Int(exactly: value.rounded()) {
            self = whole
        } else {
            self = value.isNaN ? 0 : value < 0 ? .min : .max
        }
    }
}
