import Basics
import Benchmarks
import Evaluation
import Training
import Transformer

/// config.yaml of a run or a study that may come from a stranger.
enum RecordedSettings {
    /// Settings that are words, as the flags of the same names take them.
    private static let readers: [String: @Sendable (SettingLayers, String) throws -> Void] = [
        "target": { _ = try $0.value($1, default: "", Projection.parse) },
        "targets": { _ = try $0.list($1, default: [], Projection.parse) },
        "category": { _ = try $0.value($1, default: "") { try Category.parse(list: $0) } },
        "categories": { _ = try $0.value($1, default: "") { try Category.parse(list: $0) } },
        "prompt": { _ = try $0.value($1, default: "") { try Prompts.checkName($0) } },
        "objective": choice(Objective.self), "scoring": choice(Scoring.self),
        "category-map": choice(CategoryMap.self), "split": choice(Split.self),
        "keep": choice(CheckpointConfig.Adapter.self), "sample": choice(SampleRule.self),
        "shot-draw": choice(ShotDraw.self),
        "eval-questions": choice(CheckpointConfig.Questions.self),
        "few-shot-anneal": choice(FewShotAnneal.self),
    ]

    private static func choice<Words: RawRepresentable<String> & CaseIterable>(
        _ type: Words.Type
    ) -> @Sendable (SettingLayers, String) throws -> Void {
        let words = type.allCases.map(\.rawValue)
        return { _ = try $0.choice($1, default: "", of: words) }
    }

    /// - Throws: `FileError` for a word that no flag takes.
    static func check(_ file: SettingsFile, path: String) throws {
        let layers = SettingLayers(recorded: file.values)
        for (name, read) in readers.sorted(by: { $0.key < $1.key })
        where file.values[name] != nil {
            do {
                try read(layers, name)
            } catch let error as UsageError {
                throw FileError(path: path, problem: error.message)
            }
        }
    }
}
