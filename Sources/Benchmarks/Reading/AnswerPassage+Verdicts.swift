/// Words that call a letter correct.
extension AnswerPassage {
    /// Whether words after a letter call it correct: "is the correct answer".
    ///
    /// - Parameter start: the position where "is" would be
    func verdict(at start: Int) -> Bool { verdictEnd(at: start) != nil }

    /// The position after words that call a letter correct, and whether they call it the answer.
    func verdictEnd(at start: Int) -> (end: Int, isAnswer: Bool)? {
        var index = start
        if let end = copulaEnd(at: index) {
            index = end
        } else if word(index) == "才", word(index + 1) == "是" {
            index += 2
        } else if !isIdeographic(index) {
            return nil
        }
        while index < start + Self.longestRun, let next = self[index], next.kind == .word {
            if let end = AnswerWords.verdicts.end(in: tokens, at: index) {
                let isNoun = AnswerWords.verdictNouns.contains(next.text) || next.text == "答"
                if let noun = AnswerWords.verdictNouns.end(in: tokens, at: end) {
                    return (AnswerWords.verdictNouns.end(in: tokens, at: noun) ?? noun, true)
                }
                if AnswerWords.verdicts.end(in: tokens, at: end) != nil, !isNoun {
                    // "the right answer": the noun decides.
                    index = end
                    continue
                }
                if next.text == "best" || next.text == "most" { return nil }
                // "la respuesta correcta": the adjective follows.
                return (AnswerWords.goodWords.end(in: tokens, at: end) ?? end, isNoun)
            }
            guard
                let end = AnswerWords.fillers.end(in: tokens, at: index)
                    ?? AnswerWords.articles.end(in: tokens, at: index)
                    ?? AnswerWords.goodWords.end(in: tokens, at: index)
            else { return nil }
            index = end
        }
        return nil
    }

    /// The position after "is" and the like, and after "would therefore be".
    func copulaEnd(at start: Int) -> Int? {
        if let end = AnswerWords.copulas.end(in: tokens, at: start) { return end }
        guard
            ["would", "must", "should", "could", "might", "may", "will", "can"]
                .contains(word(start) ?? "")
        else { return nil }
        var index = start + 1
        while index < start + Self.longestRun,
            let end = AnswerWords.fillers.end(in: tokens, at: index)
        {
            index = end
        }
        return word(index) == "be" ? index + 1 : nil
    }

    private func isIdeographic(_ index: Int) -> Bool {
        self[index]?.text.unicodeScalars.first.map(AnswerSigns.standsAlone) ?? false
    }
}
