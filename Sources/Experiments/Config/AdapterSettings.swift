import Basics
import Benchmarks
import Foundation
import Training
import Transformer

extension TrainSettings {
    /// Which adapters are trained: those that the flags say, or that `initial` has.
    ///
    /// - Throws: `UsageError` where no target is known, or flags disagree with `initial`.
    static func adapter(
        _ layers: SettingLayers, initial: LoRASettings?
    ) throws -> LoRASettings {
        let targets = try layers.text("target").map { _ in
            try layers.value("target", default: "", Projection.parse)
        }
        guard let targets = targets ?? initial?.targets else {
            throw UsageError(
                "--target: not given; V, Q, K, QKV, QKVO or a list of "
                    + Projection.allCases.map(\.rawValue).joined(separator: ",") + " is needed")
        }
        // The largest that is read back from a file.
        let rank = try layers.whole(
            "rank", default: initial?.rank ?? 8, atLeast: 1, atMost: LoRASettings.largestRank)
        let alpha = try layers.number(
            "alpha", default: initial?.alpha ?? Double(2 * rank), above: 0)
        let isRankStabilized = try layers.flag("rslora")
        if let initial,
            targets != initial.targets || rank != initial.rank || alpha != initial.alpha
                || isRankStabilized && !initial.isRankStabilized
        {
            let kind = initial.isRankStabilized ? "rsLoRA of " : ""
            throw UsageError(
                "--init-adapter: has \(kind)rank \(initial.rank), alpha \(initial.alpha) and "
                    + "targets \(initial.targetName); --rank, --alpha, --target and --rslora must "
                    + "agree or be left out"
            )
        }
        var settings = initial ?? LoRASettings(targets: targets, rank: rank, alpha: alpha)
        if initial == nil { settings.isRankStabilized = isRankStabilized }
        settings.dropout = try layers.number(
            "lora-dropout", default: settings.dropout, in: 0...0.999)
        return settings
    }
}

extension Projection {
    /// "V", "gate".
    public var title: String { rawValue.count == 1 ? rawValue.uppercased() : rawValue }

    /// The targets that a word means: `V`, `QKV`, or a list joined by commas or plus signs.
    public static func parse(_ text: String) throws -> Set<Projection> {
        let lower = text.lowercased().trimmingCharacters(in: .whitespaces)
        let parts = lower.split(whereSeparator: { $0 == "," || $0 == "+" })
            .map { $0.trimmingCharacters(in: .whitespaces) }
        let words =
            parts.count == 1 && lower.allSatisfy("qkvo".contains)
            ? lower.map(String.init) : parts
        let known = allCases.map(\.rawValue)
        let targets = try words.map { word in
            guard let target = Projection(rawValue: word) else {
                let near = nearestMatch(to: word, in: known).map { "; did you mean '\($0)'?" } ?? ""
                throw UsageError(
                    "there is no projection '\(word)'\(near); "
                        + "V, Q, K, QKV, QKVO or a list of \(known.joined(separator: ",")) is needed"
                )
            }
            return target
        }
        guard !targets.isEmpty else { throw UsageError("at least one projection is needed") }
        return Set(targets)
    }
}

extension LoRASettings {
    /// "V", "QKV", or "q,gate" where one has a longer name.
    public var targetName: String {
        let names = orderedTargets.map(\.rawValue)
        return names.allSatisfy { $0.count == 1 }
            ? names.joined().uppercased() : names.joined(separator: ",")
    }
}
