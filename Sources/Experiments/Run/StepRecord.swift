import Basics
import Training

extension StepReport {
    /// A line of metrics.jsonl.
    func record(epoch: Int) -> JSONValue {
        .object([
            ("step", .whole(step)), ("epoch", .whole(epoch)), ("loss", .number(loss)),
            ("zero_shot_loss", zeroShotLoss.map { .number($0) } ?? .null),
            ("few_shot_loss", fewShotLoss.map { .number($0) } ?? .null),
            ("few_shot_weight", .number(fewShotWeight)), ("learning_rate", .number(learningRate)),
            ("grad_norm", .number(gradientNorm)), ("tokens", .whole(tokenCount)),
            ("tokens_per_second", .number(tokensPerSecond.rounded())),
        ])
    }

    /// The same for TensorBoard, which has no place for what is absent.
    var scalars: [(name: String, value: Double)] {
        [("loss", loss)] + (zeroShotLoss.map { [("zero_shot_loss", $0)] } ?? [])
            + (fewShotLoss.map { [("few_shot_loss", $0)] } ?? [])
            + [
                ("few_shot_weight", fewShotWeight), ("learning_rate", learningRate),
                ("grad_norm", gradientNorm), ("tokens_per_second", tokensPerSecond),
            ]
    }
}
