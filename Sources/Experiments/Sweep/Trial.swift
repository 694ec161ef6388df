import Basics
import Benchmarks
import Foundation
import Transformer

/// A group of trainings, a row of the sweep's table: they differ only in the hyperparameters and in
/// the seed.
public struct SweepGroup: Sendable, Hashable {
    public let category: Benchmarks.Category
    public let targets: Set<Projection>
    public let learningRates: [Double]
    /// λ₀; empty with the zero-shot loss alone.
    public let weights: [Double]
    /// Whether the sweep has other categories too.
    let namesCategory: Bool

    /// "ZS on Q/K/V", "ZS+FS on V"; the category follows where there are several.
    public var name: String {
        let projections = LoRASettings(targets: targets).orderedTargets.map(\.title)
        return (weights.isEmpty ? "ZS" : "ZS+FS") + " on " + projections.joined(separator: "/")
            + (namesCategory ? " (\(category.title))" : "")
    }

    /// The hyperparameters that a winner is chosen from, in the order of the settings.
    public var candidates: [Hyperparameters] {
        learningRates.flatMap { rate in
            weights.isEmpty
                ? [Hyperparameters(learningRate: rate, fewShotWeight: nil)]
                : weights.map { Hyperparameters(learningRate: rate, fewShotWeight: $0) }
        }
    }

    func cell(_ candidate: Hyperparameters, seed: Int) -> Trial {
        Trial(family: self, candidate: candidate, seed: seed)
    }
}

/// The hyperparameters that a group chooses.
public struct Hyperparameters: Sendable, Hashable, FileRecord {
    public let learningRate: Double
    /// nil with the zero-shot loss alone.
    public let fewShotWeight: Double?
}

/// One training of a sweep.
public struct Trial: Sendable, Hashable {
    public let family: SweepGroup
    public let candidate: Hyperparameters
    public let seed: Int

    /// "v-zs-1e-3-s0", "q+k+v-fs0.3-1e-4-s1"; the category comes first where there are several.
    public var name: String {
        let targets = LoRASettings(targets: family.targets).orderedTargets.map(\.rawValue)
            .joined(separator: "+")
        let loss = candidate.fewShotWeight.map { "fs" + Self.text($0) } ?? "zs"
        return (family.namesCategory ? family.category.rawValue + "-" : "")
            + "\(targets)-\(loss)-\(Self.text(candidate.learningRate))-s\(seed)"
    }

    /// The shortest text for a number: 0.3, 2, 1e-3, 1.5e-5.
    static func text(_ value: Double) -> String {
        if value == 0 { return "0" }
        let exponent = Int(log10(value).rounded(.down))
        if (-2...2).contains(exponent), value >= 0.05 {
            return Int(exactly: value).map(String.init) ?? "\(value)"
        }
        for shift in [exponent, exponent + 1, exponent - 1] {
            // The shortest digits that give the same number.
            for digits in 0...16 {
                let text = String(
                    format: "%.\(digits)fe%d", value / pow(10, Double(shift)), shift)
                if Double(text) == value, !text.hasPrefix("0"), !text.hasPrefix("10") {
                    return text
                }
            }
        }
        return "\(value)"
    }
}
