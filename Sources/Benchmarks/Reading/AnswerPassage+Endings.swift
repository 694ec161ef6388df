/// The words after a letter decide whether it was stated as an answer.
extension AnswerPassage {
    enum Ending: Equatable {
        /// The following words show that the letter is no answer, as in "A?" or "B vitamins".
        case none
        case letter
        /// Another letter is next to it.
        case several
    }

    /// The most words that are skipped at one position; more would make reading slower than linear.
    static let longestRun = 16

    /// What the words after the letter at a position make of it.
    func ending(of letter: Letter, at index: Int) -> Ending {
        guard let next = self[index + 1] else { return .letter }
        if isLineEnd(index + 1), let line = bareLine(after: index), line != letter {
            return .several
        }
        if next.kind == .lineBreak { return .letter }
        if next.kind == .sign { return ending(of: letter, at: index, sign: next) }
        if next.letter != nil, !next.isSmall {
            guard self.letter(at: index + 1) != letter else { return .letter }
            let isWord = self[index]?.isBracketed ?? false && !isLabel(at: index + 1)
            return isWord ? .letter : .several
        }
        if let end = AnswerWords.joins.end(in: tokens, at: index + 1),
            let other = self.letter(at: passingJoins(end), isAlone: true)
        {
            return other == letter ? .letter : .several
        }
        if AnswerWords.parts.contains(next.text), isShared(with: letter, at: index) {
            return .several
        }
        if next.isAside, namesOther(than: letter, inAsideAt: index + 1) { return .several }
        if next.text == "选", word(index + 2) == "项" { return .letter }
        if AnswerWords.copulas.end(in: tokens, at: index + 1) != nil
            || ["are", "was", "isn't", "sind", "sont", "son", "n'est"].contains(next.text)
        {
            if verdict(at: index + 1) { return .letter }
            return self[index]?.isEnclosed == true && !isDenied(at: index + 1) ? .letter : .none
        }
        if AnswerWords.conditionPhrases.end(in: tokens, at: index + 1) != nil { return .none }
        let continues =
            AnswerWords.reasons.contains(next.text) || AnswerWords.followers.contains(next.text)
            || AnswerWords.denials.contains(next.text) || AnswerWords.turns.contains(next.text)
        if continues { return .letter }
        let token = self[index]
        let isMarked =
            token?.isEnclosed ?? false || token?.isBracketed ?? false || next.isAside
        return isMarked && !next.text.hasPrefix("\\") ? .letter : .none
    }

    /// The position after words that may precede a further letter: "and/or", "maybe option".
    private func passingJoins(_ start: Int) -> Int {
        var index = start
        for _ in 0..<Self.longestRun {
            if let end = AnswerWords.fillers.end(in: tokens, at: index)
                ?? AnswerWords.joins.end(in: tokens, at: index)
                ?? AnswerWords.hedges.end(in: tokens, at: index)
            {
                index = end
            } else if index > start, isSign("/", at: index) {
                index += 1
            } else if index == start, isSign("/", at: index),
                AnswerWords.joins.contains(word(index + 1) ?? "")
            {
                index += 1
            } else {
                break
            }
        }
        return index
    }

    private func isLineEnd(_ index: Int) -> Bool {
        isLineBreak(index) || isSign(".", at: index) && isLineBreak(index + 1)
    }

    /// The letter of the next line, where it is one and nothing else.
    private func bareLine(after index: Int) -> Letter? {
        let line = nextLine(after: index)
        let isBare = endsLine(line + 1) || isSign(".", at: line + 1) && endsLine(line + 2)
        return isBare ? letter(at: line, isAlone: true) : nil
    }

    private func ending(of letter: Letter, at index: Int, sign: AnswerToken) -> Ending {
        let after = index + 2
        switch sign.text {
        case "?": return .none
        case ",", ";": return list(of: letter, at: index)
        case "/", "&", "|", "、", "-", "–", "—", "‒", "+":
            if let other = self.letter(at: after, isAlone: true) {
                return other == letter ? .letter : .several
            }
            return "-–—‒".contains(sign.text) ? .letter : .none
        case ".", ":", "!": return .letter
        default: return .none
        }
    }

    /// "A, C." is two answers; "A, C is wrong" is one.
    private func list(of letter: Letter, at index: Int) -> Ending {
        var position = index + 1
        var others = 0
        for _ in 0..<Self.longestRun {
            var next = position
            if isSign(",;", at: next) { next += 1 }
            next = passingJoins(next)
            guard next > position, let other = self.letter(at: next, isAlone: true) else { break }
            if other != letter { others += 1 }
            position = next + 1
        }
        guard others > 0 else {
            let end = AnswerWords.conditionPhrases.end(in: tokens, at: index + 2)
            return end == nil ? .letter : .none
        }
        return isDenied(at: position) ? .letter : .several
    }

    /// Whether a verb and a negative word follow: "are wrong".
    private func isDenied(at start: Int) -> Bool {
        (start..<start + 4).contains { position in
            guard let word = word(position), !isLineBreak(position) else { return false }
            return Self.denyingWords.contains(word) || word.hasSuffix("n't")
        }
    }

    private static let denyingWords: Set = [
        "wrong", "incorrect", "false", "not", "falsch", "nicht", "fausses", "faux", "fausse",
        "incorrectas", "incorrecta", "incorrectes", "错", "不",
    ]

    /// The position after words in round brackets at a position: "B (Paris) is correct".
    func passingAside(at start: Int) -> Int {
        guard self[start]?.isAside == true else { return start }
        for index in start..<min(start + Self.longestRun, tokens.count) {
            if isLineBreak(index) || tokens[index].letter != nil { return start }
            if tokens[index].isBracketed { return index + 1 }
        }
        return start
    }

    /// Whether another letter applies to another part: "A for x > 0 and B for x < 0".
    private func isShared(with letter: Letter, at index: Int) -> Bool {
        let end = min(index + Self.longestRun, tokens.count)
        return (index + 2..<max(index + 2, end)).contains { position in
            guard let other = tokens[position].letter, other != letter,
                sentenceNumbers[position] == sentenceNumbers[index]
            else { return false }
            let isJoined =
                isSign(",;", at: position - 1)
                || AnswerWords.joins.contains(word(position - 1) ?? "")
                || AnswerWords.turns.contains(word(position - 1) ?? "")
            return isJoined && word(position + 1) == word(index + 1)
        }
    }

    /// Whether words in brackets name another letter without denying it: "A (corrected: B)".
    private func namesOther(than letter: Letter, inAsideAt start: Int) -> Bool {
        for index in start..<min(start + Self.longestRun, tokens.count) {
            guard !isLineBreak(index) else { return false }
            if let other = tokens[index].letter, other != letter, !tokens[index].isSmall {
                return !isDenied(at: start) && !isDenied(at: index)
            }
            if tokens[index].isBracketed { return false }
        }
        return false
    }

    /// Whether a sentence ends after the letter at a position, or gives its reason.
    func endsStrictly(at index: Int) -> Bool {
        guard let next = self[index + 1], next.kind != .lineBreak else { return true }
        switch next.text {
        case ".", "!", ";": return true
        case ":": return true
        case ",":
            guard self.letter(at: index + 2) == nil else { return false }
            return AnswerWords.reasons.contains(word(index + 2) ?? "")
                || AnswerWords.denials.end(in: tokens, at: index + 2) != nil
        case "—", "–", "-": return self.letter(at: index + 2) == nil
        default:
            return AnswerWords.reasons.contains(next.text)
                || self[index]?.isBracketed ?? false
                    && next.kind == .word
                    && AnswerWords.copulas.end(in: tokens, at: index + 1) == nil
                    && next.letter == nil && AnswerWords.joins.end(in: tokens, at: index + 1) == nil
                || next.isAside && passingAside(at: index + 1) > index + 1
        }
    }
}
