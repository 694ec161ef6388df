/// The words by which a passage states an answer.
extension AnswerPassage {
    /// All claims, in their order.
    func claims() -> [AnswerClaim] {
        var claims: [AnswerClaim] = []
        var index = 0
        while index < tokens.count {
            claims += cues(at: index)
            if let claim = claim(at: index), !asks(at: claim.position.upperBound - 1) {
                claims.append(claim)
                index = max(index + 1, claim.position.upperBound)
            } else {
                index += 1
            }
        }
        return claims
    }

    private func asks(at index: Int) -> Bool { asks[sentenceNumbers[index]] }

    private func claim(at index: Int) -> AnswerClaim? {
        if isBox(index) {
            return isDoubted[index] ? nil : claim(from: index, letterAt: index + 1, isMarked: true)
        }
        return named(at: index) ?? called(at: index) ?? chosen(at: index) ?? pointed(at: index)
            ?? concluded(at: index) ?? replaced(at: index)
    }

    /// A claim of the letter at a position, unless the words after it rule it out.
    func claim(
        from start: Int, letterAt position: Int, _ strength: AnswerClaim.Strength = .plain,
        isMarked: Bool = false
    ) -> AnswerClaim? {
        var index = passingFillers(passingSigns(position))
        var isAlone = isMarked
        if let denied = AnswerWords.denials.end(in: tokens, at: index) {
            // "not A but C" states C.
            guard let other = replacement(ofLetterAt: passingFillers(denied)) else { return nil }
            index = other
        }
        if self[index]?.isClosed == true { isAlone = true }
        guard let letter = letter(at: index, isAlone: isAlone) else { return nil }
        let meaning: AnswerClaim.Meaning
        switch ending(of: letter, at: index) {
        case .none: return nil
        case .letter: meaning = .letter(letter)
        case .several: meaning = .several
        }
        guard !isChoiceList(at: index, of: letter, from: position) else { return nil }
        return AnswerClaim(meaning: meaning, strength: strength, position: start..<index + 1)
    }

    /// Whether the letter is the first of a list of choices that the words announce.
    private func isChoiceList(at index: Int, of letter: Letter, from position: Int) -> Bool {
        if beginsLine(index), index > position || isLineBreak(position) {
            return beginsList(at: index, letter)
                || beginsWithOtherLabel(at: nextLine(after: index), than: letter)
        }
        return isSign(":", at: index - 1) && isLabel(at: index) && beginsList(at: index, letter)
    }

    private func isBox(_ index: Int) -> Bool {
        word(index) == "\\boxed" || word(index) == "\\fbox"
    }

    /// The position after signs and line breaks before a letter, and LaTeX's command for a box.
    func passingSigns(_ start: Int) -> Int {
        var index = start
        if isSign(".", at: index) { index += 1 }
        while index < start + Self.longestRun,
            isSign(":→=-–—", at: index) || isLineBreak(index) || isBox(index)
        {
            index += 1
        }
        return index
    }

    func passingFillers(_ start: Int) -> Int {
        var index = start
        for _ in 0..<Self.longestRun {
            var next = index
            // "is, therefore, B"
            if isSign(",", at: next) { next += 1 }
            if let end = AnswerWords.fillers.end(in: tokens, at: next) {
                index = end
                if isSign(":", at: index) || isLineBreak(index) { index = passingSigns(index) }
            } else if next > index, index > start, self[next]?.letter != nil {
                return next
            } else {
                break
            }
        }
        return index
    }

    /// The position of C in "A but C", "A, sondern C".
    func replacement(ofLetterAt index: Int) -> Int? {
        // "Not only A but also B" states both.
        let isBoth = ["only", "nur", "seulement", "solo", "sólo", "仅", "只"]
            .contains(word(index - 1) ?? "")
        guard letter(at: index, isAlone: true) != nil, !isBoth else { return nil }
        var next = index + 1
        if isSign(",;", at: next) { next += 1 }
        guard let turn = AnswerWords.turns.end(in: tokens, at: next) else { return nil }
        return passingFillers(turn)
    }
}
