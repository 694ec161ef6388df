import Basics
import Benchmarks
import Evaluation
import Torch
import Tracking
import Transformer

/// The contents of results.json: the settings and the results.
struct ResultsFile {
    let settings: [(String, JSONValue)]
    let evaluation: EvaluationSettings
    let task: EvaluationTask
    let groups: [PromptGroup]
    let results: RunResults
    let decoder: Decoder
    /// The maximum number of tokens in a forward pass, as given or planned.
    let maxTokensPerMicroBatch: Int
    /// Which adapter of a training was kept; nil without a training.
    let kept: JSONValue?

    var record: JSONValue {
        var seen: Set<String> = []
        let sorted = settings.filter { seen.insert($0.0).inserted }.sorted { $0.0 < $1.0 }
        let kept = kept.map { [("kept_adapter", $0)] } ?? []
        return .object(
            [
                ("settings", .object(sorted)),
                (
                    "versions",
                    .object([
                        ("ft-mmlu", .string(ProgramVersion.text)),
                        ("libtorch", .string(Libtorch.version)),
                    ])
                ),
                ("device", .string("\(decoder.device)")),
                ("dtype", .string(decoder.dtype.rawValue)),
                ("threads", .whole(Libtorch.threadCount)),
                ("tokens_per_pass", .whole(maxTokensPerMicroBatch)),
                ("prompt_hash", .string(evaluation.prompt.promptHash)),
                ("left_out_questions", .whole(task.leftOutCount)),
                ("too_long_questions", task.tooLongRecord), ("shots", task.shotRecord),
                ("questions_with_fewer_shots", task.fewerShotCounts(groups)),
                ("subjects_with_shot_rationales", task.rationaleRecord),
            ] + kept + results.record(evaluation.scoring))
    }
}
