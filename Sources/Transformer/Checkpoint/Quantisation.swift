import Basics
import Torch

/// The method by which a checkpoint's weights were quantised, which is not implemented.
struct Quantisation {
    /// As the end of "has weights …".
    private let description: String

    /// From a config.json; nil where it does not mention quantised weights.
    init?(_ file: ConfigFile) {
        func bits(_ table: JSONValue, _ names: [String]) -> String {
            let number = names.lazy.compactMap { table[$0] }.first { $0.double != nil }
            return number.map { " to \($0.line) bits" } ?? ""
        }
        if let table = file.table("quantization_config") {
            let bitsandbytes = [("load_in_4bit", 4), ("load_in_8bit", 8)].first {
                table[$0.0]?.truth == true
            }
            let method = table["quant_method"]?.text
            description =
                "quantised by \(method ?? (bitsandbytes == nil ? "an unnamed method" : "bitsandbytes"))"
                + (bitsandbytes.map { " to \($0.1) bits" }
                    ?? bits(table, ["bits", "w_bit", "num_bits"]))
        } else if let table = file.table("quantization"), table["bits"] != nil {
            description = "quantised by MLX" + bits(table, ["bits"])
        } else {
            return nil
        }
    }

    /// From the tensors that such checkpoints have in addition to each weight, or instead of it.
    init?(tensors names: some Collection<String>) {
        let marks = [
            (".scales", ".biases", "quantised by MLX"),
            (".qweight", ".qzeros", "quantised by GPTQ or AWQ"),
            (".weight.absmax", ".weight.quant_map", "quantised by bitsandbytes"),
        ]
        let found = marks.first { first, second, _ in
            names.contains { $0.hasSuffix(first) } && names.contains { $0.hasSuffix(second) }
        }
        guard let found else { return nil }
        description = found.2
    }

    func refusal(of path: String) -> FileError {
        FileError(
            path: path, problem: "has weights \(description), which is not implemented",
            remedy: "a dense checkpoint in 16 or 32 bits is needed: download the one that it was "
                + "quantised from")
    }
}
