import Benchmarks
import Foundation
import Training

/// The questions and rationales that few-shot prompts of training read.
extension FewShotConfig {
    /// The questions that demonstrations are drawn from.
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
    func rationaleIndex(_ evaluation: EvaluationSettings) throws -> RationaleIndex {
        switch rationales {
        case nil: try evaluation.shotRationaleIndex()
        case "none": RationaleIndex()
        case let path?: try RationaleIndex(files: [URL(fileURLWithPath: path)])
        }
    }
}
