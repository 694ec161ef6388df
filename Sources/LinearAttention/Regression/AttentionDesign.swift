import Basics
import CRegression

/// How a trained model reads tokens, writes its query-key matrix, and how many heads it has.
public struct AttentionDesign: Hashable, Sendable, CustomStringConvertible {
    /// Whether a head trains Q itself, or W_Q and W_K with Q = W_Q' W_K.
    public enum Keys: String, Sendable {
        case merged
        case separate
    }

    /// The entries of a model's (d + 2) x (d + 2) matrices; the others stay 0.
    public struct Reading: Hashable, Sendable {
        /// The label channel: keys see the labels of the examples (Q's last column, W_K's).
        public var labels: Bool
        /// Values see the constant (v1).
        public var constant: Bool
        /// Whether heads are averaged, as in the authors' code, or summed.
        public var averagesHeads: Bool

        /// Of the authors' code.
        public static let whole = Reading(labels: true, constant: true, averagesHeads: true)
        /// The part that the paper's text names: values read (x, y), queries and keys (1, x).
        public static let plain = Reading(labels: false, constant: false, averagesHeads: false)
    }

    public var keys: Keys
    /// 1 ... `mostHeads`.
    public var headCount: Int
    public var reading: Reading

    public init(_ keys: Keys, headCount: Int = 1, reading: Reading = .whole) {
        precondition((1...Self.mostHeads).contains(headCount), "\(headCount) heads")
        self.keys = keys
        self.headCount = headCount
        self.reading = reading
    }

    /// The largest number of heads that the loops support.
    public static let mostHeads = Int(CP_MAX_HEADS)

    /// The authors' model: Q merged, one head.
    public static let paper = AttentionDesign(.merged)
    /// The authors' model with W_Q and W_K.
    public static let paperSeparate = AttentionDesign(.separate)
    /// Plain models: without label channel and constant.
    public static let merged = AttentionDesign(.merged, reading: .plain)
    public static let separate = AttentionDesign(.separate, reading: .plain)
    public static let twoHead = AttentionDesign(.merged, headCount: 2, reading: .plain)

    /// Whether it is one of the plain models.
    public var isPlain: Bool { reading == .plain }

    /// - Parameter name: `paper`, `paper-separate`, `merged`, `separate`, `two-head` or a number of
    ///   merged plain heads such as `4-head`
    /// - Throws: `LinearAttentionError` for any other name.
    public init(named name: String) throws {
        switch name {
        case "paper": self = .paper
        case "paper-separate": self = .paperSeparate
        case "merged": self = .merged
        case "separate": self = .separate
        case "two-head": self = .twoHead
        default:
            guard name.hasSuffix("-head"), let count = Int(name.dropLast(5)),
                (1...Self.mostHeads).contains(count)
            else {
                throw LinearAttentionError(
                    "there is no model '\(name)'; paper, paper-separate, merged, separate, two-head "
                        + "or 1-head to \(Self.mostHeads)-head is needed")
            }
            self.init(.merged, headCount: count, reading: .plain)
        }
    }

    /// The name that `init(named:)` takes. It omits the number of heads of a model that is not
    /// plain.
    public var name: String {
        switch (isPlain, keys, headCount) {
        case (false, .merged, _): "paper"
        case (false, .separate, _): "paper-separate"
        case (true, .merged, 1): "merged"
        case (true, .separate, _): "separate"
        case (true, .merged, 2): "two-head"
        case (true, .merged, let count): "\(count)-head"
        }
    }

    public var description: String {
        var text = name
        if headCount > 1, !isPlain || keys == .separate { text += " \(headCount)-head" }
        guard !isPlain else { return text }
        if !reading.labels { text += " without label channel" }
        if !reading.constant { text += " without constant in V" }
        return text
    }
}

/// The parameters that fine-tuning updates; the others stay as pretrained.
public enum FineTuningTarget: String, SettingChoice {
    /// V and everything that makes Q.
    case all
    /// Q where it is merged, W_Q where it is not.
    case q
    /// W_K.
    case k
    /// V.
    case v

    /// The targets of fine-tuning that a design has.
    public static func targets(of design: AttentionDesign) -> [FineTuningTarget] {
        design.keys == .merged ? [.all, .q, .v] : [.all, .q, .k, .v]
    }
}
