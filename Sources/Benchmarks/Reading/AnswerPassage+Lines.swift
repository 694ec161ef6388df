/// Lines that are an answer and nothing else, or begin as one.
extension AnswerPassage {
    /// The letter of the lines, where all lines with a letter agree, and its position.
    ///
    /// A choice's label with text is an answer in three cases: in the first line; in the last line,
    /// where its sentence ends; and where it is set off, as "**B. Paris**" is. Elsewhere it begins
    /// a discussion.
    func lineAnswer() -> (letter: Letter, position: Range<Int>)? {
        guard !beginsWithChoices else { return nil }
        var found: (letter: Letter, position: Range<Int>)?
        var seen: Letter?
        let first = passingLineBreaks(0)
        let isOnlyLine = nextLine(after: first) >= tokens.count
        var index = first
        while index < tokens.count {
            let next = nextLine(after: index)
            defer { index = next }
            let isBare = isBareLine(at: index)
            if let letter = labelLetter(at: index, isBare: isBare) {
                if let seen, seen != letter { return nil }
                seen = letter
            }
            // The last line before a list of choices is their question.
            if precedesChoices, next >= tokens.count, !isBare { continue }
            guard let letter = lineAnswer(at: index, isOnlyLine: isOnlyLine) else { continue }
            // "Option A" above other lines is their heading.
            if isOption(at: index), next < tokens.count { return nil }
            if let seen, seen != letter { return nil }
            seen = letter
            let isLast =
                next >= tokens.count && tokens.last { $0.kind != .lineBreak }?.isSign(".!") ?? false
            guard found == nil, isBare || index == first || isLast || tokens[index].isOpened
            else { continue }
            var end = index
            while !endsLine(end) { end += 1 }
            found = (letter, index..<end)
        }
        return found
    }

    /// The letter with which the line at a position begins, as a label or alone.
    private func labelLetter(at index: Int, isBare: Bool) -> Letter? {
        guard isBare || isLabel(at: index) && !isAmbiguousColon(at: index) else { return nil }
        return letter(at: index, isAlone: false)
    }

    /// Whether the line at a position is a letter, or names one, and nothing else.
    private func isBareLine(at start: Int) -> Bool {
        var index = isSign("→", at: start) ? start + 1 : start
        index = nameEnd(at: index) ?? index
        guard self[index]?.letter != nil else { return false }
        return endsLine(index + 1) || isSign(".!:", at: index + 1) && endsLine(index + 2)
    }

    /// The letter of the line that begins at a position.
    func lineAnswer(at start: Int, isOnlyLine: Bool = false) -> Letter? {
        var index = start
        if isSign("→", at: index) { index += 1 }
        let name = nameEnd(at: index)
        let isNamed = name != nil
        index = name ?? index
        guard let letter = letter(at: index, isAlone: isOnlyLine || isNamed) else { return nil }
        let next = index + 1
        if endsLine(next) || isSign(".!:", at: next) && endsLine(next + 1) { return letter }
        guard !hasOtherLabel(after: index, than: letter), ending(of: letter, at: index) != .several
        else { return nil }
        if isSign("?", at: next) { return nil }
        if isSign(",", at: next) || !isNamed && AnswerWords.reasons.contains(word(next) ?? "") {
            let position = isSign(",", at: next) ? next + 1 : next
            return AnswerWords.reasons.contains(word(position) ?? "") && !isNamed ? letter : nil
        }
        let isLabelled =
            isLabel(at: index) && !isAmbiguousColon(at: index)
            || isSign("—–-", at: next) && self[index]?.isApart == true
                && self.letter(at: next + 1) == nil
        guard isLabelled, !isRejected(from: next) else { return nil }
        // A choice discussed is no choice made: only a line by itself makes one.
        return !isNamed || isOnlyLine && !isDiscussed(from: next) ? letter : nil
    }

    /// The position after "option", "the final answer" and the like.
    private func nameEnd(at start: Int) -> Int? {
        var index = start
        while index < start + Self.longestRun, self[index]?.letter == nil,
            let end = AnswerWords.goodWords.end(in: tokens, at: index)
                ?? AnswerWords.articles.end(in: tokens, at: index)
        {
            index = end
        }
        return AnswerWords.answers.end(in: tokens, at: index)
            ?? AnswerWords.options.end(in: tokens, at: index)
            ?? AnswerWords.labels.end(in: tokens, at: start)
    }

    private func isOption(at start: Int) -> Bool {
        guard let end = nameEnd(at: start) else { return false }
        return AnswerWords.answers.end(in: tokens, at: end - 1) != end
            && self[end]?.letter != nil && endsLine(end + 1)
    }

    /// "A:" may mean "answer".
    private func isAmbiguousColon(at index: Int) -> Bool {
        guard let token = self[index], token.letter == .a, !token.isOpened else { return false }
        return isSign(":", at: index + 1) && !token.isBracketed
    }

    /// Whether the line calls its choice wrong, as in "is incorrect" or "— wrong", or is a
    /// question.
    private func isRejected(from start: Int) -> Bool {
        var index = start
        while !endsLine(index) {
            let isWrong = ["wrong", "incorrect", "falsch", "faux", "incorrecta", "false"]
                .contains(word(index) ?? "")
            let before = word(index - 1) ?? ""
            if isWrong, index > start + 1, "—–-".contains(before) || Self.verbs.contains(before) {
                return true
            }
            if ["❌", "✗", "✘", "×"].contains(word(index) ?? "") { return true }
            let isNot =
                Self.verbs.contains(before) && word(index) == "not" || word(index) == "isn't"
            if isNot, AnswerWords.verdicts.end(in: tokens, at: passingArticles(index + 1)) != nil {
                return true
            }
            if isSign("?", at: index), endsLine(index + 1) { return true }
            if ["错", "误"].contains(word(index) ?? "") { return true }
            index += 1
        }
        return false
    }

    private static let verbs: Set = ["is", "are", "be", "seems", "was", "ist", "est", "es"]

    private func passingArticles(_ start: Int) -> Int {
        var index = start
        while index < start + Self.longestRun,
            let end = AnswerWords.articles.end(in: tokens, at: index)
        {
            index = end
        }
        return index
    }

    private func isDiscussed(from start: Int) -> Bool {
        let words: Set = [
            "not", "right", "wrong", "correct", "incorrect", "true", "false", "because", "would",
            "could", "might", "means", "this",
        ]
        var index = start
        while !endsLine(index) {
            if words.contains(word(index) ?? "") || index > start + 15 { return true }
            index += 1
        }
        return false
    }
}
