/// The prompt of LLaMA-Factory's evaluator with its template `qwen`: each shot is a turn of the chat.
///
/// Source: `eval/template.py` (`en`) of LLaMA-Factory up to 0.9.3; the turns are those of `ChatML`.
/// Letters have no space.
///
/// LLaMA-Factory shuffles the shots anew for each question and shows five at most. This prompt
/// shows the run's own shots, in their order.
public struct LlamaFactory: PromptPreset {
    /// The releases differ in the system prompt.
    public enum Release: CaseIterable, Sendable {
        /// From commit c3c0efbaa (April 2025), first in 0.9.3.
        case from093
        /// Up to 0.9.2.
        case upTo092

        var systemPrompt: String {
            switch self {
            case .from093: "You are Qwen, created by Alibaba Cloud. You are a helpful assistant."
            case .upTo092: "You are a helpful assistant."
            }
        }
    }

    let release: Release
    public let shotEnd = ChatML.userTurn

    public init(_ release: Release = .from093) { self.release = release }

    public var name: String {
        switch release {
        case .from093: "llama-factory"
        case .upTo092: "llama-factory-0.9.2"
        }
    }

    public func header(topic: String) -> String {
        ChatML.system(release.systemPrompt) + ChatML.userTurn
            + "The following are multiple choice questions (with answers) about \(topic).\n\n"
    }

    public func question(_ question: Question) -> String {
        question.question + "\n" + question.listedChoices + "Answer:" + ChatML.turnEnd
            + ChatML.assistantTurn
    }

    public func target(for question: Question, rationale: String?) -> String {
        letterText(question.answer) + ChatML.turnEnd
    }

    public func letterText(_ letter: Letter) -> String { letter.rawValue }
}

/// The markers of LLaMA-Factory's template `qwen`.
///
/// Source: `data/template.py` of LLaMA-Factory. The markers belong to the template and not to the
/// checkpoint. So does the line break after each `<|im_end|>`, which LLaMA-Factory trains on too.
enum ChatML {
    static let userTurn = "<|im_start|>user\n"
    static let assistantTurn = "<|im_start|>assistant\n"
    static let turnEnd = "<|im_end|>\n"

    static func system(_ text: String) -> String { "<|im_start|>system\n\(text)\(turnEnd)" }
}
