import Basics

/// The settings of new adapters. A value of nil is taken from an adapter to start from, else from
/// `LoRASettings`.
public struct LoRAConfig: ConfigGroup {
    /// The projections that get adapters.
    public var target: ProjectionSet?
    @Setting(.whole(1...LoRASettings.largestRank)) public var rank: Int?
    /// nil is twice the rank.
    @Setting(.above(0)) public var alpha: Double?
    /// The probability of each element of an adapter's input to be 0 in training.
    @Setting(.number(0...0.999)) public var loraDropout: Double?
    /// Scale by alpha / √rank in place of alpha / rank.
    public var rslora = false

    public init() {}

    public init(_ settings: LoRASettings) {
        target = ProjectionSet(settings.targets)
        (rank, alpha, loraDropout) = (settings.rank, settings.alpha, settings.dropout)
        rslora = settings.isRankStabilized
    }

    /// - Parameter initial: the adapter that training starts from
    /// - Throws: `UsageError` where no target is known, or the settings disagree with `initial`
    public func settings(initial: LoRASettings?) throws -> LoRASettings {
        guard let targets = target?.projections ?? initial?.targets else {
            throw UsageError(
                "--target: not given; V, Q, K, QKV, QKVO or a list of "
                    + Projection.allCases.map(\.rawValue).joined(separator: ",") + " is needed")
        }
        if let initial {
            let isSame =
                targets == initial.targets && rank ?? initial.rank == initial.rank
                && alpha ?? initial.alpha == initial.alpha
                && (initial.isRankStabilized || !rslora)
            guard isSame else {
                let kind = initial.isRankStabilized ? "rsLoRA of " : ""
                throw UsageError(
                    "--init-adapter: has \(kind)rank \(initial.rank), alpha \(initial.alpha) and "
                        + "targets \(initial.targetName); --rank, --alpha, --target and --rslora "
                        + "must agree or be left out")
            }
        }
        var settings = initial ?? LoRASettings(targets: targets, rank: rank ?? 8, alpha: alpha)
        if initial == nil { settings.isRankStabilized = rslora }
        settings.dropout = loraDropout ?? settings.dropout
        return settings
    }
}

/// The projections that get adapters: "V", "QKV", or a list joined by commas or plus signs.
public struct ProjectionSet: SettingValue {
    public var projections: Set<Projection>

    public init(_ projections: Set<Projection>) { self.projections = projections }

    public var setting: JSONValue { .string(name) }

    /// "V", "QKV", or "q,gate" where one has a longer name.
    public var name: String {
        let names = Projection.allCases.filter(projections.contains).map(\.rawValue)
        return names.allSatisfy { $0.count == 1 }
            ? names.joined().uppercased() : names.joined(separator: ",")
    }

    public static func read(_ value: JSONValue, within bounds: Bounds) throws -> ProjectionSet {
        let lower = value.settingText.lowercased().filter { !$0.isWhitespace }
        let parts = lower.split { $0 == "," || $0 == "+" }.map(String.init)
        let words =
            parts.count == 1 && lower.allSatisfy("qkvo".contains)
            ? lower.map(String.init) : parts
        let known = Projection.allCases.map(\.rawValue)
        let projections = try words.map { word in
            guard let projection = Projection(rawValue: word) else {
                let near = nearestMatch(to: word, in: known).map { "; did you mean '\($0)'?" } ?? ""
                throw Mismatch(
                    "there is no projection '\(word)'\(near); "
                        + "V, Q, K, QKV, QKVO or a list of \(known.joined(separator: ",")) is needed"
                )
            }
            return projection
        }
        guard !projections.isEmpty else { throw Mismatch("at least one projection is needed") }
        return ProjectionSet(Set(projections))
    }
}

extension Projection {
    /// "V", "gate".
    public var title: String { rawValue.count == 1 ? rawValue.uppercased() : rawValue }
}

extension LoRASettings {
    /// "V", "QKV", or "q,gate" where one has a longer name.
    public var targetName: String { ProjectionSet(targets).name }
}

/// A linear layer of every decoder layer that an adapter can be put on.
public enum Projection: String, CaseIterable, Codable, Sendable {
    case q, k, v, o, gate, up, down

    /// Its name in a checkpoint.
    public var moduleName: String { rawValue + "_proj" }

    /// Its path below `model.layers.{i}.`.
    var path: String {
        switch self {
        case .q, .k, .v, .o: "self_attn." + moduleName
        case .gate, .up, .down: "mlp." + moduleName
        }
    }

    /// Its path in a checkpoint.
    public func path(layer: Int) -> String { "model.layers.\(layer).\(path)" }
}
