import Basics
import Benchmarks
import Tokenization

/// Builds prompts as tokens and groups those with the same shots.
public struct PromptBuilder: Sendable {
    public enum TooLong: String, SettingChoice {
        /// A prompt that exceeds the context ends the evaluation.
        case refuse
        /// The prompt shows as many of the first shots as fit.
        case dropShots = "drop-shots"
        /// The prompt is left out.
        case skip
    }

    public var encoder: PromptEncoder
    public var scoring: Scoring
    /// The maximum number of tokens in a prompt, including a choice's where answers are taken by
    /// choice.
    public var longest: Int
    /// Tokens of an answer that the context must still hold after the prompt.
    public var maxNewTokens: Int
    /// Tokens that the model has rows for; nil where that is not known.
    public var vocabularySize: Int?
    public var tooLong: TooLong

    public init(
        _ encoder: PromptEncoder, scoring: Scoring = .letter,
        longest: Int, maxNewTokens: Int = 0, vocabularySize: Int? = nil,
        tooLong: TooLong = .refuse
    ) {
        self.encoder = encoder
        self.scoring = scoring
        self.longest = longest
        self.maxNewTokens = maxNewTokens
        self.vocabularySize = vocabularySize
        self.tooLong = tooLong
    }

    /// The questions of a subject in one group, or in several.
    ///
    /// Where shots are dropped, there is one group for each number of shots shown, from the most to
    /// the fewest. There is one more where a question changes the tokens at the end of header and
    /// shots. Under `skip` the groups lack the questions whose prompts are too long.
    ///
    /// - Parameters:
    ///   - shotCount: how many shots were requested; nil is as many as there are
    ///   - prefix: the header and the available shots
    /// - Throws: when a shot is an evaluated question, or a prompt is too long or has a token that
    ///   the model has no row for.
    public func groups(
        subject: String, shots: [Question], shotCount: Int? = nil, questions: [Question],
        prefix: ([Question]) -> PromptPrefix
    ) throws -> [PromptGroup] {
        var groups: [PromptGroup] = []
        var left = questions
        var shown = shots
        while !left.isEmpty {
            let prefix = prefix(shown)
            var fitting: [TokenizedPrompt] = []
            var others: [Question] = []
            for question in left {
                let prompt = try TokenizedPrompt(of: question, after: prefix, self)
                if prompt.longestCount <= longest {
                    try checkVocabulary(prompt, shotCount: shown.count)
                    fitting.append(prompt)
                } else if tooLong == .dropShots, !shown.isEmpty {
                    others.append(question)
                } else if tooLong != .skip {
                    throw refusal(of: prompt, shotCount: shown.count)
                }
            }
            if !fitting.isEmpty {
                groups += PromptGroup.groups(
                    subject: subject, shots: shown, shotCount: shotCount ?? shots.count,
                    opening: try encoder.opening(prefix.text), prompts: fitting)
            }
            left = others
            shown = Array(shown.dropLast())
        }
        return groups
    }

    private func refusal(of prompt: TokenizedPrompt, shotCount: Int) -> InputError {
        let remedy =
            shotCount == 0
            ? "use a model with a longer context, or --too-long skip"
            : "use fewer --shots, or --too-long drop-shots or skip"
        let answer = maxNewTokens > 0 ? ", and its answer up to \(maxNewTokens)" : ""
        return InputError(
            "the \(shotCount)-shot prompt of \(prompt.question.id.place) has "
                + "\(prompt.longestCount) tokens\(answer); the model has room for "
                + "\(longest + maxNewTokens): \(remedy)")
    }

    private func checkVocabulary(_ prompt: TokenizedPrompt, shotCount: Int) throws {
        guard let vocabularySize,
            let bad = (prompt.tokens + prompt.choices.joined()).first(where: {
                !(0..<Int32(clamping: vocabularySize)).contains($0)
            })
        else { return }
        throw InputError(
            "the \(shotCount)-shot prompt of \(prompt.question.id.place) has token \(bad); the model "
                + "has rows for \(vocabularySize) tokens: the tokenizer of this checkpoint is needed"
        )
    }
}
