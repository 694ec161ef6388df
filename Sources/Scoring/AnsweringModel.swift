import Basics

/// Which of the two models answered.
public enum AnsweringModel: Sendable, Hashable {
    case base
    case adapted(scale: Double)

    public var name: String {
        switch self {
        case .base: "base"
        case .adapted: "adapted"
        }
    }

    /// The name to read, with the scale where it is not 1: "adapted × 0.5".
    public var label: String {
        guard case .adapted(let scale) = self, scale != 1 else { return name }
        return "\(name) × \(scale.shortText)"
    }

    /// 0 for the base model.
    public var scale: Double {
        switch self {
        case .base: 0
        case .adapted(let scale): scale
        }
    }
}
