/// "B is the answer", "I choose B", "It's B", "So B": statements that do without a name.
extension AnswerPassage {
    // MARK: "B is the answer"

    func called(at index: Int) -> AnswerClaim? {
        guard let letter = tokens[index].letter, !isDoubted[index] else { return nil }
        let before = self[index - 1]
        let isOpen =
            before.map {
                $0.kind != .word || AnswerWords.verdictOpenings.contains($0.text)
            } ?? true
        // "A, B is right" is a list.
        let isListed = before?.isSign(",、/&") ?? false && self[index - 2]?.letter != nil
        guard isOpen, !isListed else { return nil }
        var next = passingAside(at: index + 1)
        if word(next) == "项" { next += 1 }
        if word(next) == "选", word(next + 1) == "项" { next += 2 }
        if word(next) == "best", AnswerWords.fitting.contains(word(next + 1) ?? "") {
            return AnswerClaim(
                meaning: .letter(letter), strength: .passing, position: index..<next + 2)
        }
        // "Daher ist B richtig", "dass B richtig ist": German puts the verb elsewhere.
        let isInverted = ["ist", "wäre", "dass"].contains(before?.text ?? "")
        let bare = isInverted ? AnswerWords.verdicts.end(in: tokens, at: next) : nil
        guard let verdict = verdictEnd(at: next) ?? bare.map({ ($0, false) }) else { return nil }
        let isOption = before.map { AnswerWords.matchedNouns.contains($0.text) } ?? false
        if tokens[index].isSmall, !tokens[index].isEnclosed, !isOption, letter == .a { return nil }
        guard !isSign("?", at: verdict.end) else { return nil }
        if let after = self[verdict.end], after.kind == .word {
            let continues =
                AnswerWords.reasons.contains(after.text)
                || AnswerWords.followers.contains(after.text)
                    && !AnswerWords.attributes.contains(after.text)
                || AnswerWords.turns.contains(after.text)
                || AnswerWords.references.end(in: tokens, at: verdict.end) != nil
                || isInverted && after.text == "ist"
            guard continues,
                AnswerWords.conditionPhrases.end(in: tokens, at: verdict.end) == nil
            else { return nil }
        }
        return AnswerClaim(
            meaning: .letter(letter), strength: verdict.isAnswer ? .plain : .passing,
            position: (isOption ? index - 1 : index)..<verdict.end)
    }

    // MARK: "I choose B"

    func chosen(at index: Int) -> AnswerClaim? {
        guard !isDoubted[index] else { return nil }
        if word(index) == "选" { return chosenInChinese(at: index) }
        let end: Int
        var start = index
        if let alone = AnswerWords.choosingAlone.end(in: tokens, at: index) {
            end = alone
        } else if let verb = AnswerWords.choosing.end(in: tokens, at: index) {
            end = verb
            let subject = (max(0, index - 5)..<index).last { position in
                AnswerWords.choosers.contains(tokens[position].text)
            }
            guard let subject, !(subject + 1..<index).contains(where: { beginsClause[$0] }) else {
                return nil
            }
            start = subject
        } else {
            return nil
        }
        guard let found = claim(from: start, letterAt: end) else { return nil }
        guard found.meaning != .several else { return found }
        let position = found.position.upperBound - 1
        let continues =
            isSign(",", at: position + 1) && letter(at: position + 2) == nil
            || ["wählen", "nehmen", "sagen", "选", "项"].contains(word(position + 1) ?? "")
        return endsStrictly(at: position) || continues ? found : nil
    }

    /// 选B, where 选 begins a clause or follows a word that means "so" or "I".
    private func chosenInChinese(at index: Int) -> AnswerClaim? {
        let before = self[index - 1]
        let isOpen =
            before.map { $0.kind != .word || "故应该以此我题要答就会能确".contains($0.text) } ?? true
        guard isOpen, word(index + 1) != "项" else { return nil }
        let end = word(index + 1) == "择" ? index + 2 : index + 1
        return claim(from: index, letterAt: end)
    }

    // MARK: "It's B", "This matches option B"

    func pointed(at index: Int) -> AnswerClaim? {
        guard !isDoubted[index] else { return nil }
        if beginsClause[index] || isThought(index),
            let end = AnswerWords.pointing.end(in: tokens, at: index)
        {
            return strict(claim(from: index, letterAt: end, .passing))
        }
        let isPronoun = AnswerWords.pronouns.contains(word(index - 1) ?? "")
        guard let end = AnswerWords.matching.end(in: tokens, at: index),
            let claim = claim(
                from: isPronoun ? index - 1 : index, letterAt: end, .passing)
        else { return nil }
        let noun = word(claim.position.upperBound - 2) ?? ""
        let isThis = word(index) != "is" || isPronoun
        return AnswerWords.matchedNouns.contains(noun) && isThis ? strict(claim) : nil
    }

    private func isThought(_ index: Int) -> Bool {
        ["that", "so", "think", "believe", "que", "dass"].contains(word(index - 1) ?? "")
    }

    func strict(_ claim: AnswerClaim?) -> AnswerClaim? {
        guard let claim, claim.meaning != .several else { return claim }
        return endsStrictly(at: claim.position.upperBound - 1) ? claim : nil
    }

    // MARK: "So B."

    func concluded(at index: Int) -> AnswerClaim? {
        guard beginsClause[index], !isDoubted[index],
            let end = AnswerWords.conclusions.end(in: tokens, at: index)
        else { return nil }
        var next = end
        if isSign(",:", at: next) { next += 1 }
        while next < index + Self.longestRun,
            let more = AnswerWords.conclusions.end(in: tokens, at: next)
        {
            next = more
        }
        if isSign(",:", at: next) { next += 1 }
        guard let claim = strict(claim(from: index, letterAt: next, .passing)) else { return nil }
        // "Hence B." amid a proof may be a step of it.
        let position = claim.position.upperBound - 1
        let isNamed =
            AnswerWords.matchedNouns.contains(word(position - 1) ?? "")
            || self[position]?.isBracketed == true || self[position]?.isEnclosed == true
        let after = isSign(".!,", at: position + 1) ? position + 2 : position + 1
        let isLast = passingLineBreaks(after) >= tokens.count
        return isNamed || isLast || AnswerWords.reasons.contains(word(after) ?? "") ? claim : nil
    }
}
