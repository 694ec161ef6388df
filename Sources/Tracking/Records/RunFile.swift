/// The names of the files in a run's folder.
package enum RunFile {
    /// All that the run was told to do.
    package static let config = "config.yaml"
    /// `RunManifest`.
    package static let manifest = "run.json"
    /// Which questions are evaluated.
    package static let questions = "questions.json"
    /// A `StepRecord` a line.
    package static let metrics = "metrics.jsonl"
    /// Accuracies during training.
    package static let evaluations = "evaluations.jsonl"
    /// An `AnswerRecord` a line.
    package static let answers = "answers.jsonl"
    /// `ResultsRecord`; the last file of a run that evaluates.
    package static let results = "results.json"
    /// Checksums of the run's inputs.
    package static let inputs = "checkpoint/inputs.json"
}
