/// Letters before choices, as in a list of them.
extension AnswerPassage {
    /// Whether the letter at a position is a choice's label: "B." "(B)" "B:" with text after it.
    func isLabel(at index: Int) -> Bool {
        guard let token = self[index], token.letter != nil else { return false }
        if token.isBracketed { return true }
        return isSign(".:", at: index + 1)
            && (self[index + 1]?.isApart ?? false || endsLine(index + 2))
    }

    /// Whether words that state an answer precede a letter, so that it is no label.
    func isStated(before index: Int) -> Bool {
        guard let before = self[index - 1] else { return false }
        if before.kind == .lineBreak { return false }
        return before.kind == .word && before.letter == nil
            && (tokens[index].isBracketed && AnswerWords.mentions.contains(before.text)
                || AnswerWords.fillers.contains(before.text)
                || AnswerWords.copulas.contains(before.text)
                || AnswerWords.options.contains(before.text))
    }

    /// Whether another letter's label follows in the same line.
    func hasOtherLabel(after index: Int, than letter: Letter) -> Bool {
        lastLabels[lineNumbers[index]].contains { $0.key != letter && $0.value > index }
    }

    /// Whether the letter at a position is the first of a list of choices in one line: B follows A.
    func beginsList(at index: Int, _ letter: Letter) -> Bool {
        let labels = lastLabels[lineNumbers[index]]
        func follows(_ other: Letter) -> Bool { labels[other].map { $0 > index } ?? false }
        switch letter {
        case .a: return follows(.b)
        case .b: return follows(.c) && follows(.d)
        case .c, .d: return false
        }
    }

    /// Whether the line at a position begins with a label of another letter.
    func beginsWithOtherLabel(at index: Int, than letter: Letter) -> Bool {
        guard let other = self[index]?.letter else { return false }
        return other != letter && (isLabel(at: index) || endsLine(index + 1))
    }
}
