import Basics
import Benchmarks
import Evaluation
import Tokenization
import Training

/// What a run reads before it writes anything, checked.
struct PreparedRun {
    let loaded: LoadedModel
    /// nil where nothing is trained.
    let training: Training?
    /// nil where nothing is evaluated.
    let evaluation: Evaluation?
    /// The settings, as config.yaml has them.
    let record: [(String, JSONValue)]
    let inputs: InputRecord

    struct Training {
        let settings: TrainSettings
        let steps: TrainingSteps
        /// Content hashes of all questions that the adapter will have been trained on; nil where
        /// that is not known.
        let trained: Set<String>?
        let validation: Validation?
    }

    struct Evaluation {
        let tokenizer: any Tokenizer
        let task: EvaluationTask
        let groups: [PromptGroup]
        /// The adapter's folder, which a training writes first; nil evaluates the base model.
        let adapter: String?
        let scales: [Double]
        let withBase: Bool
        /// The category whose gain the forgetting report compares with drops.
        let target: Benchmarks.Category?
    }
}
