import Benchmarks
import Tokenization

/// Writes prompts as tokens and groups those behind the same shots.
public struct PromptWriter: Sendable {
    public enum TooLong: String, CaseIterable, Sendable {
        /// A prompt without room ends the evaluation.
        case refuse
        /// It shows as many of the first shots as there is room for.
        case dropShots = "drop-shots"
    }

    public var tokenizer: any Tokenizer
    /// Makes a whole prompt one user message; nil leaves it as it is.
    public var template: ChatTemplate?
    public var scoring: Scoring
    /// Tokens that a prompt may have, with a choice's where answers are taken by choice.
    public var longest: Int
    public var tooLong: TooLong

    public init(
        tokenizer: any Tokenizer, template: ChatTemplate? = nil, scoring: Scoring = .letter,
        longest: Int, tooLong: TooLong = .refuse
    ) {
        self.tokenizer = tokenizer
        self.template = template
        self.scoring = scoring
        self.longest = longest
        self.tooLong = tooLong
    }

    /// The questions of a subject in one group or, where shots are dropped, in one for each number of
    /// shots shown, from the most to the fewest.
    ///
    /// - Parameter prefix: the header and the shots that it is given
    /// - Throws: when a shot is a question asked, or a prompt is too long.
    public func groups(
        subject: String, shots: [Question], questions: [Question],
        prefix: ([Question]) -> PromptPrefix
    ) throws -> [PromptGroup] {
        var groups: [PromptGroup] = []
        var left = questions
        var shown = shots
        while !left.isEmpty {
            let behind = prefix(shown)
            var fitting: [TokenizedPrompt] = []
            var others: [Question] = []
            for question in left {
                let prompt = try TokenizedPrompt(asking: question, behind: behind, self)
                if prompt.longestCount <= longest {
                    fitting.append(prompt)
                } else if tooLong == .dropShots, !shown.isEmpty {
                    others.append(question)
                } else {
                    throw refusal(of: prompt, shotCount: shown.count)
                }
            }
            if !fitting.isEmpty {
                groups.append(
                    PromptGroup(
                        subject: subject, shots: shown, shotCount: shots.count, prompts: fitting))
            }
            left = others
            shown = Array(shown.dropLast())
        }
        return groups
    }

    private func refusal(of prompt: TokenizedPrompt, shotCount: Int) -> BenchmarkError {
        let id = prompt.question.id
        let remedy =
            shotCount == 0
            ? "ask other questions, or a model with more room"
            : "ask with fewer --shots, or with --too-long drop-shots"
        return BenchmarkError(
            "the \(shotCount)-shot prompt of \(id.subject) \(id.split.rawValue) row \(id.row) has "
                + "\(prompt.longestCount) tokens; the model has room for \(longest): \(remedy)")
    }
}

extension PromptGroup {
    /// Tokenises whole prompts, all behind the same shots, then finds what they share.
    ///
    /// - Parameters:
    ///   - prefix: header and shots
    ///   - template: makes the whole prompt one user message; nil leaves it as it is
    ///   - longest: tokens that a prompt may have
    /// - Throws: when a shot is a question asked, or a prompt is too long.
    public init(
        subject: String, shots: [Question], prefix: PromptPrefix, questions: [Question],
        template: ChatTemplate? = nil, tokenizer: any Tokenizer, longest: Int
    ) throws {
        precondition(!questions.isEmpty, "a group of prompts asks something")
        let writer = PromptWriter(tokenizer: tokenizer, template: template, longest: longest)
        self = try writer.groups(subject: subject, shots: shots, questions: questions) { _ in
            prefix
        }[0]
    }
}
