import CPrompts

/// How a trained model writes its query-key matrix, and how many heads it has.
public struct AttentionDesign: Hashable, Sendable, CustomStringConvertible {
    /// Whether a head trains Q itself, or W_K and W_Q with Q = W_K' W_Q.
    public enum Keys: String, Sendable {
        case merged
        case separate
    }

    public var keys: Keys
    /// 1 ... `mostHeads`.
    public var headCount: Int

    public init(_ keys: Keys, headCount: Int = 1) {
        precondition((1...Self.mostHeads).contains(headCount), "\(headCount) heads")
        self.keys = keys
        self.headCount = headCount
    }

    /// The most heads there are loops for.
    public static let mostHeads = Int(CP_MAX_HEADS)

    public static let merged = AttentionDesign(.merged)
    public static let separate = AttentionDesign(.separate)
    public static let twoHead = AttentionDesign(.merged, headCount: 2)

    /// - Parameter name: `merged`, `separate`, `two-head` or a number of merged heads such as `4-head`
    /// - Throws: `LinearAttentionError` for any other name.
    public init(named name: String) throws {
        switch name {
        case "merged": self = .merged
        case "separate": self = .separate
        case "two-head": self = .twoHead
        default:
            guard name.hasSuffix("-head"), let count = Int(name.dropLast(5)),
                (1...Self.mostHeads).contains(count)
            else {
                throw LinearAttentionError(
                    "there is no model '\(name)'; merged, separate, two-head or 1-head to "
                        + "\(Self.mostHeads)-head is needed")
            }
            self.init(.merged, headCount: count)
        }
    }

    public var description: String {
        switch (keys, headCount) {
        case (.merged, 1): "merged"
        case (.separate, 1): "separate"
        case (.merged, 2): "two-head"
        case (.merged, let count): "\(count)-head"
        case (.separate, let count): "separate \(count)-head"
        }
    }
}

/// The numbers that fine-tuning moves; the others stay as pretrained.
public enum FineTuningTarget: String, CaseIterable, Sendable {
    /// V and everything that makes Q.
    case all
    /// Q where it is merged, W_Q where it is not.
    case q
    /// W_K.
    case k
    /// v21 and v.
    case v

    /// What there is to fine-tune in a design.
    public static func targets(of design: AttentionDesign) -> [FineTuningTarget] {
        design.keys == .merged ? [.all, .q, .v] : [.all, .q, .k, .v]
    }
}
