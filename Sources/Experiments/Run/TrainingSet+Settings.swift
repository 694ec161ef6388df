import Basics
import Benchmarks
import Evaluation
import Foundation
import Tokenization
import Training

/// Training sets from a run's settings.
extension TrainingSet {
    /// The category's training questions, as zero-shot prompts with their answers as targets.
    public init(
        _ settings: TrainSettings, _ evaluation: EvaluationSettings,
        category: Benchmarks.Category, dataset: MMLU, tokenizer: any Tokenizer, contextLength: Int,
        vocabularySize: Int? = nil
    ) throws {
        try self.init(
            settings, evaluation, category: category, dataset: dataset,
            TrainingQuestions(
                settings, evaluation, category: category, dataset: dataset, tokenizer: tokenizer,
                contextLength: contextLength, vocabularySize: vocabularySize))
    }

    /// A training set of questions that are tokenised already.
    init(
        _ settings: TrainSettings, _ evaluation: EvaluationSettings,
        category: Benchmarks.Category, dataset: MMLU, _ read: TrainingQuestions
    ) throws {
        let few = settings.fewShot
        guard settings.objective == .zeroShotAndFewShot else {
            self.init(read, fewShot: nil)
            return
        }
        let shots = few.shots ?? evaluation.shots.max() ?? 0
        guard shots > 0 else {
            throw UsageError(
                "--objective zs+fs: --shots 0 leaves no demonstration; --few-shot-shots with a number "
                    + "from 1 is needed")
        }
        let rationales =
            switch few.rationales {
            case nil: try evaluation.shotRationaleIndex()
            case "none": RationaleIndex()
            case let path?: try RationaleIndex(files: [URL(fileURLWithPath: path)])
            }
        self.init(
            read,
            fewShot: FewShotPrompts(
                read, few, shots: shots,
                pool: try few.questions(of: category, in: dataset, pool: read.questions),
                rationales: rationales, categories: dataset.categories, seed: settings.seed))
    }
}

extension TrainingQuestions {
    /// - Parameter vocabularySize: number of tokens that the model has rows for; nil where that is
    ///   not known
    init(
        _ settings: TrainSettings, _ evaluation: EvaluationSettings,
        category: Benchmarks.Category, dataset: MMLU, tokenizer: any Tokenizer, contextLength: Int,
        vocabularySize: Int? = nil
    ) throws {
        var files = settings.rationales.map { [URL(fileURLWithPath: $0)] } ?? []
        if case .file(let url) = settings.rows, !files.contains(where: { $0.path == url.path }) {
            files.append(url)
        }
        try self.init(
            settings.rows.questions(
                of: category, in: dataset, sampleSeed: evaluation.sampleSeed,
                holdoutCount: evaluation.holdout, rule: evaluation.sample),
            writer: ExampleWriter(
                preset: evaluation.prompt.training, encoder: evaluation.encoder(tokenizer),
                rationales: RationaleIndex(files: files),
                contextLength: contextLength, vocabularySize: vocabularySize),
            skipsTooLong: evaluation.tooLong == .skip)
    }
}
