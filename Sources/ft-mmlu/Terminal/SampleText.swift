import Studies

/// A training example for the eye: where tokens begin and end, and which of them are learnt.
///
/// In colour what is no target is dim and targets are green; else targets stand in brackets.
struct SampleText {
    let sample: TrainingSample

    func text(inColor: Bool) -> String {
        let targetCount = sample.tokens.count(where: \.isTarget)
        let key =
            inColor ? "\(Self.green)green\(Self.plain)" : "in brackets"
        var text =
            "\(sample.title) example: \(sample.tokens.count) tokens, \(targetCount) targets "
            + "(\(key))\n"
        for (index, token) in sample.tokens.enumerated() {
            let words = Self.visible(token.text)
            if inColor {
                if index > 0 { text += Self.dim + "│" + Self.plain }
                text += (token.isTarget ? Self.green : Self.dim) + words + Self.plain
            } else {
                let follows = index > 0 && !sample.tokens[index - 1].isTarget
                if follows, !token.isTarget { text += "|" }
                text += token.isTarget ? "[\(words)]" : words
            }
        }
        return text
    }

    /// A line break is shown and made; what else would move the cursor is shown by its number.
    private static func visible(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "\n": "⏎\n"
            case "\u{0}"..<" ", "\u{7F}"..."\u{9F}": "\\u{\(String(scalar.value, radix: 16))}"
            default: String(scalar)
            }
        }.joined()
    }

    private static let dim = "\u{1B}[2m"
    private static let green = "\u{1B}[32m"
    private static let plain = "\u{1B}[0m"
}
