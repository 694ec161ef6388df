import Basics
import Benchmarks
import Foundation

/// What the few-shot loss's prompts show and what in them is learnt.
public struct FewShotSettings: Sendable {
    /// Which answers of a few-shot prompt are targets.
    public enum Targets: String, CaseIterable, Sendable {
        /// The asked question's own.
        case last
        /// Those of the demonstrations too.
        case all
    }

    /// Where demonstrations come from; never the questions that they serve.
    public enum Source: String, CaseIterable, Sendable {
        /// The training questions.
        case pool
        /// The category's dev rows.
        case dev
        /// The category's dev and val rows.
        case devAndVal = "dev+val"
    }

    /// λ₀: what the few-shot loss counts at the start of an epoch.
    public var weight = 1.0
    public var targets = Targets.last
    /// Demonstrations a prompt; nil is the most shots that evaluation shows.
    public var shotCount: Int?
    /// Questions that share a prefix; nil is all of a step.
    public var questionsPerPrefix: Int?
    public var source = Source.pool
    /// JSON lines with the demonstrations' rationales, or "none"; nil is those of evaluation's shots.
    public var rationales: String?

    static let names = [
        "few-shot-weight", "few-shot-targets", "few-shot-shots", "few-shot-per-prefix",
        "few-shot-source", "few-shot-rationales",
    ]

    init(_ layers: SettingLayers) throws {
        weight = try layers.number("few-shot-weight", default: weight)
        targets =
            Targets(
                rawValue: try layers.choice(
                    "few-shot-targets", default: targets.rawValue,
                    of: Targets.allCases.map(\.rawValue))) ?? targets
        shotCount = try layers.wholeOrNil("few-shot-shots", atLeast: 1)
        questionsPerPrefix = try layers.wholeOrNil("few-shot-per-prefix", atLeast: 1)
        source =
            Source(
                rawValue: try layers.choice(
                    "few-shot-source", default: source.rawValue,
                    of: Source.allCases.map(\.rawValue))) ?? source
        rationales = layers.text("few-shot-rationales")
    }

    /// What demonstrations are drawn from.
    ///
    /// - Parameter pool: the training questions
    func questions(
        of category: Benchmarks.Category, in dataset: MMLU, pool: [Question]
    ) throws -> [Question] {
        switch source {
        case .pool: pool
        case .dev: try dataset.questions(of: category, in: .dev)
        case .devAndVal:
            try dataset.questions(of: category, in: .dev)
                + dataset.questions(of: category, in: .val)
        }
    }

    /// The demonstrations' rationales.
    func rationaleBook(_ evaluation: EvaluationSettings) throws -> RationaleIndex {
        switch rationales {
        case nil: try evaluation.shotRationaleBook()
        case "none": RationaleIndex()
        case let path?: try RationaleIndex(files: [URL(fileURLWithPath: path)])
        }
    }

    /// The settings as they stand in config.yaml.
    var record: [(String, JSONValue)] {
        [
            ("few-shot-weight", .number(weight)), ("few-shot-targets", .string(targets.rawValue)),
            ("few-shot-shots", shotCount.map(JSONValue.whole) ?? .null),
            ("few-shot-per-prefix", questionsPerPrefix.map(JSONValue.whole) ?? .null),
            ("few-shot-source", .string(source.rawValue)),
            ("few-shot-rationales", rationales.map(JSONValue.string) ?? .null),
        ]
    }
}
