import Benchmarks
import Evaluation
import Foundation

extension EvaluationSettings {
    /// The training questions.
    ///
    /// - Throws: when there is no folder of questions, or too few questions in it.
    public func trainingQuestions(
        of category: Benchmarks.Category, rows: TrainRows
    ) throws -> [Question] {
        try rows.questions(
            of: category, in: dataset(), sampleSeed: config.sampleSeed,
            holdoutCount: config.holdout, rule: config.sample)
    }

    /// Content hashes of every test question that an evaluation may use: all that are in no
    /// category's holdout.
    public func evaluableHashes() throws -> Set<String> {
        let dataset = try dataset()
        var held: Set<String> = []
        var all: Set<String> = []
        for category in Benchmarks.Category.allCases {
            held.formUnion(
                try EvaluationTask.holdout(of: category, self, dataset).map(\.contentHash))
            all.formUnion(try dataset.questions(of: category, in: .test).map(\.contentHash))
        }
        return all.subtracting(held)
    }
}
