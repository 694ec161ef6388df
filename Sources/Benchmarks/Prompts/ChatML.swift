/// The markers of LLaMA-Factory's template `qwen`.
///
/// Source: `data/template.py` of LLaMA-Factory. They are the template's and not the checkpoint's; so
/// is the line break behind each `<|im_end|>`, which LLaMA-Factory trains on too.
enum ChatML {
    static let userTurn = "<|im_start|>user\n"
    static let assistantTurn = "<|im_start|>assistant\n"
    static let turnEnd = "<|im_end|>\n"

    static func system(_ text: String) -> String { "<|im_start|>system\n\(text)\(turnEnd)" }
}
