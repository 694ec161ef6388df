import ArgumentParser
import Basics
import Experiments

/// The model, its device and its precision.
struct ModelOptions: ParsableArguments {
    @Option(
        \ModelConfig.model, "folder",
        "A model folder in Hugging Face's layout, or ORG/NAME in the hub's cache.",
        default: "the built-in model")
    var model: ModelPath?

    @Option(
        \ModelConfig.device, "device", "Device: auto, cpu, cuda or cuda:i.",
        completion: .list(["auto", "cpu", "cuda", "cuda:0"]))
    var device: String?

    @Option(
        \ModelConfig.dtype, "type",
        """
        Data type: auto, bf16 or fp32; auto: bf16 on a GPU, and for 16-bit checkpoints on a CPU fast \
        at it.
        """)
    var dtype: ModelConfig.ComputeType?

    @Option(
        \ModelConfig.threads, "n", "CPU threads.",
        default: "all cores; 1 for the built-in model")
    var threads: Int?
}

/// A model with random weights instead of a checkpoint.
struct ShapeOptions: ParsableArguments {
    @Option(
        \ModelConfig.shape, "shape",
        "Random weights, not a checkpoint, to measure costs: qwen2.5-0.5b, -1.5b, -3b or -7b.")
    var shape: ShapeName?

    @Option(\ModelConfig.tokenizer, "folder", "The folder of the tokenizer for --shape.")
    var tokenizer: Folder?
}

/// An adapter for the model.
struct AdapterOption: ParsableArguments {
    @Option(\AdapterEvaluationConfig.adapter, "folder", "An adapter folder in PEFT's format.")
    var adapter: Folder?

    @OptionGroup var strict: StrictOption
}

/// Whether the command fails when an adapter was trained on another model.
struct StrictOption: ParsableArguments {
    @Flag(help: "Fail if the adapter was trained on another model, in place of a warning.")
    var strict = false
}
