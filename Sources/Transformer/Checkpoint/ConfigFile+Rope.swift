import Basics

extension ConfigFile {
    private static let largestTheta = 1e12
    private static let largestFactor = 1e6

    /// The base θ of the rotary frequencies, and their scaling.
    ///
    /// transformers 4 writes `rope_theta` and `rope_scaling`, transformers 5 `rope_parameters` with
    /// both. Values of one fact from two places must be equal.
    ///
    /// - Parameter context: `max_position_embeddings`
    /// - Throws: `FileError` for a kind that is not implemented and for values that disagree.
    func rope(
        context: Int, headSize: Int
    ) throws -> (theta: Double, scaling: RopeScaling, contextLength: Int) {
        let tables = try ["rope_scaling", "rope_parameters"].compactMap {
            try RopeTable($0, of: self)
        }
        let table = tables.first
        if let table, let other = tables.last, other.name != table.name, table.differs(from: other)
        {
            throw disagreement(["'\(table.name)'", "another '\(other.name)'"])
        }
        let rotated =
            [try number("partial_rotary_factor", atMost: 1)]
            + (try tables.map { try $0.number("partial_rotary_factor", atMost: 1) })
        guard rotated.allSatisfy({ $0 ?? 1 == 1 }) else {
            throw refusal(
                "has a 'partial_rotary_factor' below 1, which is not implemented",
                "a checkpoint whose heads are rotated whole is needed")
        }
        let theta =
            try agreed(
                [("rope_theta", number("rope_theta", atMost: Self.largestTheta))]
                    + tables.map {
                        (
                            "\($0.name).rope_theta",
                            try $0.number("rope_theta", atMost: Self.largestTheta)
                        )
                    }) ?? 10_000
        guard let table else { return (theta, .none, context) }
        let kind = try table.kind()
        func factor() throws -> Double {
            try table.required("factor", atMost: Self.largestFactor)
        }
        let name = "original_max_position_embeddings"
        let original =
            try agreed(
                [(name, count(name))]
                    + tables.map { ("\($0.name).\(name)", try $0.count(name)) }) ?? context
        switch kind {
        case "default": return (theta, .none, context)
        case "linear":
            let factor = try factor()
            return (
                theta, .linear(factor: factor, originalContext: context),
                Self.product(context, factor)
            )
        case "dynamic":
            guard headSize > 2 else {
                throw refusal(
                    "scales the rotary positions of heads of size 2 by 'dynamic'",
                    "heads of size 4 or more are needed")
            }
            return (theta, .dynamic(factor: try factor(), originalContext: context), context)
        case "llama3":
            let rule = RopeScaling.Llama3(
                factor: try factor(),
                lowFrequencyFactor: try table.required("low_freq_factor", atMost: 1e6),
                highFrequencyFactor: try table.required("high_freq_factor", atMost: 1e6),
                originalContext: original)
            guard rule.highFrequencyFactor > rule.lowFrequencyFactor else {
                throw refusal(
                    "has 'high_freq_factor': \(rule.highFrequencyFactor) and 'low_freq_factor': "
                        + "\(rule.lowFrequencyFactor)", "the first must be the larger one")
            }
            return (theta, .llama3(rule), context)
        case "yarn":
            let rule = try yarn(table, context: context, original: original)
            guard theta > 1 else {
                throw refusal("has 'rope_theta': \(theta)", "yarn needs more than 1")
            }
            return (theta, .yarn(rule), max(context, Self.product(original, rule.factor)))
        default:
            throw refusal(
                "scales its rotary positions by '\(kind)', which is not implemented",
                "one of default, linear, dynamic, llama3, yarn is needed")
        }
    }

    private func yarn(
        _ table: RopeTable, context: Int, original: Int
    ) throws -> RopeScaling.YaRN {
        // A factor of null is the ratio of the contexts; an absent one is an error in transformers.
        let factor =
            table.isNull("factor")
            ? Double(context) / Double(original)
            : try table.required("factor", atMost: Self.largestFactor)
        let scale = try table.number("mscale", orZero: true, atMost: 1e6) ?? 0
        let scaleOfAll = try table.number("mscale_all_dim", orZero: true, atMost: 1e6) ?? 0
        let usual =
            scale != 0 && scaleOfAll != 0
            ? RopeScaling.YaRN.attentionFactor(factor, mscale: scale)
                / RopeScaling.YaRN.attentionFactor(factor, mscale: scaleOfAll)
            : RopeScaling.YaRN.attentionFactor(factor)
        return RopeScaling.YaRN(
            factor: factor, originalContext: original,
            betaFast: try table.number("beta_fast", atMost: 1e6) ?? 32,
            betaSlow: try table.number("beta_slow", atMost: 1e6) ?? 1,
            truncatesBounds: try table.flag("truncate") ?? true,
            attentionFactor: Float(try table.number("attention_factor", atMost: 1e6) ?? usual))
    }

    private static func product(_ context: Int, _ factor: Double) -> Int {
        Int(Double(context) * factor)
    }
}

/// A table of rotary settings in a config.json, as a file of its own for error messages.
private struct RopeTable {
    let name: String
    private let fields: JSONValue
    private let file: ConfigFile

    /// nil where it is absent, null or empty.
    init?(_ name: String, of file: ConfigFile) throws {
        guard let fields = file.present(name) else { return nil }
        guard file.table(name) != nil else {
            throw file.refusal("has '\(name)': \(fields.settingText)", "an object is needed")
        }
        let inner = fields.fields.filter { if case .object = $0.1 { true } else { false } }
        if let inner = inner.map(\.0).min() {
            throw file.refusal(
                "has '\(name).\(inner)', settings for some layers",
                "one table for all layers is needed")
        }
        guard !fields.fields.isEmpty else { return nil }
        (self.name, self.fields, self.file) = (name, fields, file)
    }

    /// The kind of scaling, under transformers' new name or its old one.
    func kind() throws -> String {
        let kinds = try ["rope_type", "type"].map { key -> (String, String?) in
            guard let value = fields[key], !value.isNull else { return (key, nil) }
            guard let text = value.text else {
                throw file.refusal("has '\(name).\(key)': \(value.settingText)", "a name is needed")
            }
            return ("\(name).\(key)", text)
        }
        return try file.agreed(kinds) ?? "default"
    }

    func isNull(_ key: String) -> Bool { fields[key]?.isNull == true }

    func number(_ key: String, orZero: Bool = false, atMost most: Double) throws -> Double? {
        if orZero, fields[key]?.double == 0 { return 0 }
        return try file.number(key, in: fields, atMost: most)
    }

    func required(_ key: String, atMost most: Double) throws -> Double {
        guard let value = try number(key, atMost: most) else {
            throw file.refusal("has no '\(name).\(key)'", "its kind of scaling needs it")
        }
        return value
    }

    func count(_ key: String) throws -> Int? { try file.count(key, in: fields) }

    func flag(_ key: String) throws -> Bool? { try file.flag(key, in: fields) }

    /// Whether the tables say different things. θ is compared by itself.
    func differs(from other: RopeTable) -> Bool {
        func content(_ table: RopeTable) -> [String: JSONValue] {
            // JSONFile refuses a name that is there twice.
            var fields = Dictionary(table.fields.fields.map { ($0.0, $0.1) }) { first, _ in first }
            fields["rope_type"] = fields["rope_type"] ?? fields["type"] ?? "default"
            fields["type"] = nil
            fields["rope_theta"] = nil
            return fields
        }
        return content(self) != content(other)
    }
}
