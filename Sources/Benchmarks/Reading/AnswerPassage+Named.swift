/// "The answer is B", "Answer: B": statements that name the answer.
extension AnswerPassage {
    func named(at index: Int) -> AnswerClaim? {
        let isLabelWord = AnswerWords.labels.end(in: tokens, at: index)
        let answer = AnswerWords.answers.end(in: tokens, at: index)
        let option = AnswerWords.options.end(in: tokens, at: index)
        guard let noun = answer ?? option ?? isLabelWord, !isDoubted[index] else { return nil }
        let qualities = qualities(before: index)
        guard !qualities.isBad else { return nil }
        if word(index) == "answer's" { return claim(from: qualities.start, letterAt: noun) }
        var isGood = qualities.isGood || answer != nil
        var isFinal = qualities.isFinal
        var end = noun
        for _ in 0..<Self.longestRun {
            if let next = AnswerWords.goodWords.end(in: tokens, at: end) {
                isFinal = isFinal || AnswerWords.finalWords.contains(word(end) ?? "")
                isGood = true
                end = next
            } else if let next = AnswerWords.references.end(in: tokens, at: end) {
                end = next
            } else {
                break
            }
        }
        if let clause = fittingClauseEnd(at: end) { (isGood, end) = (true, clause) }
        let strength = isFinal ? AnswerClaim.Strength.final : .plain
        let start = qualities.start
        if isGood, answer != nil || option != nil {
            if let after = AnswerWords.deniedCopulas.end(in: tokens, at: end) {
                guard let other = replacement(ofLetterAt: passingFillers(after)) else {
                    return nil
                }
                return claim(from: start, letterAt: other, strength)
            }
            if let after = copulaEnd(at: passingInsertion(end)) {
                return claim(from: start, letterAt: after, strength)
                    ?? appended(from: start, after: after, strength)
            }
            // "daher ist die Antwort B"
            if ["ist", "lautet", "wäre"].contains(word(start - 1) ?? "") {
                return strict(claim(from: start - 1, letterAt: end, strength))
            }
        }
        let isLabel = isGood || isLabelWord != nil && beginsLine(start)
        guard isLabel else { return nil }
        // "Answer (one letter): B"
        if self[end]?.isAside == true,
            let close = (end..<min(end + Self.longestRun, tokens.count)).first(where: {
                tokens[$0].isBracketed
            })
        {
            end = close + 1
        }
        if isSign(":-–—=→", at: end) || isSign(".", at: end) && word(index) == "ans" {
            return labelled(from: start, signAt: end, strength)
        }
        if isLineBreak(end), beginsLine(start), answer != nil || isFinal {
            let line = passingLineBreaks(end)
            guard lineAnswer(at: line) != nil else { return nil }
            return claim(from: start, letterAt: end, strength, isMarked: true)
        }
        return nil
    }

    /// The position after "that best fits", "which best describes the cell".
    private func fittingClauseEnd(at start: Int) -> Int? {
        guard ["that", "which"].contains(word(start) ?? ""), word(start + 1) == "best",
            AnswerWords.fitting.contains(word(start + 2) ?? "")
        else { return nil }
        return (start + 3..<start + Self.longestRun).first { position in
            AnswerWords.copulas.contains(word(position) ?? "")
        }
    }

    /// "The answer is Paris (option B)", "is Paris, which is option B".
    private func appended(
        from start: Int, after: Int, _ strength: AnswerClaim.Strength
    ) -> AnswerClaim? {
        for index in after..<min(after + Self.longestRun, tokens.count) {
            let token = tokens[index]
            guard token.kind != .lineBreak, !token.isSign(".;!?"), token.letter == nil,
                !AnswerWords.doubts.contains(token.text)
            else { return nil }
            guard index > after, ["option", "choice"].contains(token.text) else { continue }
            let isAppended =
                token.isAside || isSign(",", at: index - 1)
                || word(index - 1) == "is" && word(index - 2) == "which"
            guard isAppended, let letter = letter(at: index + 1, isAlone: true),
                endsStrictly(at: index + 1)
            else { return nil }
            return AnswerClaim(
                meaning: .letter(letter), strength: strength, position: start..<index + 2)
        }
        return nil
    }

    /// "Answer: B". A sentence that continues is none: "Answer: B is wrong".
    private func labelled(
        from start: Int, signAt sign: Int, _ strength: AnswerClaim.Strength
    ) -> AnswerClaim? {
        guard let claim = claim(from: start, letterAt: sign, strength, isMarked: true),
            case .letter(let letter) = claim.meaning
        else { return claim(from: start, letterAt: sign, strength, isMarked: true) }
        let position = claim.position.upperBound - 1
        return beginsList(at: position, letter) && isLabel(at: position) ? nil : claim
    }

    /// The qualities of a noun that the words before it state.
    private func qualities(before index: Int) -> (
        isGood: Bool, isBad: Bool, isFinal: Bool, start: Int
    ) {
        var isGood = false
        var isBad = false
        var isFinal = false
        var start = index
        while start > index - Self.longestRun, let before = self[start - 1], before.kind == .word {
            if AnswerWords.goodWords.contains(before.text)
                || isPair(start, of: AnswerWords.goodWords)
            {
                isGood = true
                isFinal =
                    isFinal || AnswerWords.finalWords.contains(before.text)
                    || before.text == "终"
            } else if AnswerWords.badWords.contains(before.text)
                || isPair(start, of: AnswerWords.badWords) || before.text.hasSuffix("'s")
                || before.text.hasSuffix("s'")
            {
                isBad = true
            } else if !AnswerWords.articles.contains(before.text) {
                break
            }
            start -= isPair(start, of: AnswerWords.goodWords, AnswerWords.badWords) ? 2 : 1
        }
        return (isGood, isBad, isFinal, start)
    }

    /// Whether the two characters before a position are a word of a table.
    private func isPair(_ end: Int, of tables: PhraseTable...) -> Bool {
        tables.contains { $0.end(in: tokens, at: end - 2) == end }
    }

    /// The position after words in commas, as in "the answer, therefore, is B".
    private func passingInsertion(_ start: Int) -> Int {
        guard isSign(",", at: start),
            let end = AnswerWords.fillers.end(in: tokens, at: start + 1), isSign(",", at: end)
        else { return start }
        return end + 1
    }
}
