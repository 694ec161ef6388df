import Basics

extension PromptPreset {
    /// SHA-256, in hexadecimal, of the preset's complete text for two fixed invented questions.
    ///
    /// Results record it. If two results have the same name and different hashes, their prompts
    /// differ.
    public var promptHash: String {
        var texts = layoutTexts
        let trained = training.layoutTexts
        if trained != texts { texts += trained }
        return SHA256.hexDigest(of: texts.map { "\($0.utf8.count):\($0)" }.joined())
    }

    private var layoutTexts: [String] {
        let asked = Self.invented(row: 2, answer: .c)
        let shots = [Self.invented(row: 0, answer: .a), Self.invented(row: 1, answer: .d)]
        var texts = ["\(usesChatTemplate)", "\(appendsEndToken)"]
        texts += Letter.allCases.map(letterText)
        for rationale in [nil, "Because one follows from two."] {
            texts.append(header(topic: "world religions") + question(asked))
            texts.append(
                header(topic: "world religions")
                    + shots.map { shot($0, rationale: rationale) }.joined() + question(asked))
            texts.append(target(for: asked, rationale: rationale))
        }
        return texts
    }

    private static func invented(row: Int, answer: Letter) -> Question {
        Question(
            id: QuestionID(subject: "world_religions", split: .dev, row: row),
            question: " Which word is number \(row)?\nSay it. ",
            choices: ["one", "two ", "3", "None"], answer: answer)
    }
}
