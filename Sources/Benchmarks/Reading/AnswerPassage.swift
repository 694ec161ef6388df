/// A part of a text about one question, with its sentences, lines and labels by position.
struct AnswerPassage {
    let tokens: [AnswerToken]
    /// Whether a list of choices follows; the last line is then its question.
    let precedesChoices: Bool
    /// Whether it begins with such a list.
    let beginsWithChoices: Bool
    /// Whether the clause, up to a token, denies or doubts its own statement.
    private(set) var isDoubted: [Bool] = []
    /// Whether a token begins a clause.
    private(set) var beginsClause: [Bool] = []
    /// For each token its sentence number, and for each sentence whether it is a question.
    private(set) var sentenceNumbers: [Int] = []
    private(set) var asks = [false]
    /// For each token its line number.
    private(set) var lineNumbers: [Int] = []
    /// For each line the last position of a choice's label, by its letter.
    private(set) var lastLabels: [[Letter: Int]] = [[:]]

    init(
        _ tokens: [AnswerToken], precedesChoices: Bool = false, beginsWithChoices: Bool = false
    ) {
        self.tokens = tokens
        self.beginsWithChoices = beginsWithChoices
        self.precedesChoices = precedesChoices
        var doubt = false
        var condition = false
        var begins = true
        for (index, token) in tokens.enumerated() {
            if AnswerWords.turns.contains(token.text) {
                doubt = false
                begins = true
            }
            if AnswerWords.consequences.contains(token.text), word(index + 1) != "that" {
                (doubt, condition, begins) = (false, false, true)
            }
            beginsClause.append(begins)
            isDoubted.append(doubt || condition)
            lineNumbers.append(lastLabels.count - 1)
            sentenceNumbers.append(asks.count - 1)
            begins = false
            if AnswerWords.doubts.contains(token.text) || token.text.hasSuffix("n't") {
                doubt = true
            }
            if AnswerWords.conditions.contains(token.text),
                token.text != "果" || word(index - 1) == "如"
            {
                condition = true
            }
            let endsSentence =
                token.kind == .lineBreak || token.isSign(".!?;") && token.isApart
                || token.isSign(".!?;") && !token.range.isEmpty && isWide(index)
            if token.isSign("?") { asks[asks.count - 1] = true }
            if endsSentence {
                (doubt, condition, begins) = (false, false, true)
                asks.append(false)
            }
            if token.isSign(".,;:!?—–") { (doubt, begins) = (false, true) }
            if token.kind == .lineBreak { lastLabels.append([:]) }
            if let letter = token.letter, isLabel(at: index), !isStated(before: index),
                !isDoubted[index]
            {
                lastLabels[lastLabels.count - 1][letter] = index
            }
        }
    }

    /// Whether a Chinese, Japanese or Korean character follows a sign, or the text's end.
    private func isWide(_ index: Int) -> Bool {
        guard let next = self[index + 1] else { return true }
        return next.text.unicodeScalars.first.map(AnswerSigns.standsAlone) ?? false
    }

    subscript(_ index: Int) -> AnswerToken? {
        tokens.indices.contains(index) ? tokens[index] : nil
    }

    func word(_ index: Int) -> String? { self[index]?.text }

    func isSign(_ signs: String, at index: Int) -> Bool { self[index]?.isSign(signs) ?? false }

    func isLineBreak(_ index: Int) -> Bool { self[index]?.kind == .lineBreak }

    func beginsLine(_ index: Int) -> Bool { index == 0 || isLineBreak(index - 1) }

    /// Whether a position is at a line break or the end of the tokens.
    func endsLine(_ index: Int) -> Bool { index >= tokens.count || isLineBreak(index) }

    func passingLineBreaks(_ start: Int) -> Int {
        var index = start
        while isLineBreak(index) { index += 1 }
        return index
    }

    /// The letter at a position, if it means a choice.
    ///
    /// A small one counts in brackets and before a sign, the end or a word of reason. "a" counts
    /// only in brackets and before a sign, or at the end where nothing else can be meant.
    func letter(at index: Int, isAlone: Bool = false) -> Letter? {
        guard let token = self[index], let letter = token.letter, !isInitial(index) else {
            return nil
        }
        guard token.isSmall, !token.isEnclosed, !token.isBracketed else { return letter }
        guard let next = self[index + 1], next.kind != .lineBreak else {
            return letter == .a && !isAlone ? nil : letter
        }
        if next.isSign(".,;:!?") { return letter }
        return letter != .a && AnswerWords.reasons.contains(next.text) ? letter : nil
    }

    /// Whether the letter at a position begins a name: "C. S. Lewis".
    private func isInitial(_ index: Int) -> Bool {
        guard isSign(".", at: index + 1), isSign(".", at: index + 3), let next = word(index + 2)
        else { return false }
        return next.count == 1 && next.first?.isLetter == true && next != word(index)
            && !(next.unicodeScalars.first.map(AnswerSigns.standsAlone) ?? true)
    }

    /// The start of the line after the line of a position.
    func nextLine(after start: Int) -> Int {
        var index = start
        while !endsLine(index) { index += 1 }
        return passingLineBreaks(index)
    }
}
