import ArgumentParser
import Experiments

/// The model, its device and its precision.
struct ModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            A model folder in Hugging Face's layout, or ORG/NAME in the hub's cache. (default: the \
            built-in model)
            """, valueName: "folder"), completion: .directory)
    var model: String?

    @Option(
        help: .setting(
            \ModelConfig.device,
            "Where to compute: auto, cpu, cuda or cuda:i.", valueName: "device"),
        completion: .devices)
    var device: String?

    @Option(
        help: .setting(
            \ModelConfig.dtype,
            """
            The type to compute in: auto, bf16 or fp32; auto is bf16 for a checkpoint stored in 16 \
            bits on hardware that is fast at it.
            """, valueName: "type"))
    var dtype: ModelConfig.ComputeType?

    @Option(
        help: ArgumentHelp(
            "Threads to compute with. (default: all cores; 1 for the built-in model)",
            valueName: "n"))
    var threads: Int?
}
