import Experiments
import Training

/// A training example as text: the boundaries of its tokens, and which of them are targets.
///
/// In colour, targets are green and other tokens are dim; else targets are in brackets.
struct SampleText {
    let sample: TrainingSample

    func text(inColor: Bool) -> ScreenText {
        let targetCount = sample.tokens.count(where: \.isTarget)
        var text = ScreenText.line(
            "\(sample.title) example: \(sample.tokens.count) tokens, \(targetCount) targets (")
        text +=
            inColor
            ? .sequence(.green) + .line("green") + .sequence(.plain) : .line("in brackets")
        text += .line(")") + .sequence(.lineBreak)
        for (index, token) in sample.tokens.enumerated() {
            let words = Self.visible(token.text)
            if inColor {
                if index > 0 { text += .sequence(.dim) + .line("│") + .sequence(.plain) }
                text += .sequence(token.isTarget ? .green : .dim) + words + .sequence(.plain)
            } else {
                let follows = index > 0 && !sample.tokens[index - 1].isTarget
                if follows, !token.isTarget { text += .line("|") }
                text += token.isTarget ? .line("[") + words + .line("]") : words
            }
        }
        return text
    }

    /// A line break is shown as a symbol and also printed.
    private static func visible(_ text: String) -> ScreenText {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.enumerated().reduce(.line("")) { shown, line in
            let end: ScreenText =
                line.offset == 0 ? .line("") : .line("⏎") + .sequence(.lineBreak)
            return shown + end + .line(String(line.element))
        }
    }
}
