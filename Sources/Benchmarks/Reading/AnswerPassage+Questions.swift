extension AnswerPassage {
    /// The passages of a text; a passage begins where another question, list of choices or turn of
    /// a conversation begins.
    static func passages(of text: Substring) -> [AnswerPassage] {
        let tokens = AnswerScanner.tokens(of: text)
        var passages: [AnswerPassage] = []
        var start = 0
        var isList = false
        let whole = LineView(tokens)
        func add(upTo end: Int, before nextIsList: Bool) {
            passages.append(
                AnswerPassage(
                    Array(tokens[start..<end]), precedesChoices: nextIsList,
                    beginsWithChoices: isList))
        }
        for index in tokens.indices {
            let isTurn = tokens[index].kind == .turn
            let nextIsList = !isTurn && whole.beginsChoices(at: index)
            guard isTurn || nextIsList || whole.beginsQuestion(at: index) else { continue }
            add(upTo: index, before: nextIsList)
            start = isTurn ? index + 1 : index
            isList = nextIsList
        }
        add(upTo: tokens.count, before: false)
        return passages
    }

    /// Tokens by lines.
    private struct LineView {
        let tokens: [AnswerToken]
        /// Where each token's next line begins.
        private var nextLines: [Int]

        init(_ tokens: [AnswerToken]) {
            self.tokens = tokens
            nextLines = Array(repeating: tokens.count, count: tokens.count)
            var next = tokens.count
            for index in tokens.indices.reversed() {
                nextLines[index] = next
                if index == 0 || tokens[index - 1].kind == .lineBreak { next = index }
            }
        }

        func beginsQuestion(at index: Int) -> Bool {
            guard index == 0 || tokens[index - 1].kind == .lineBreak else { return false }
            if AnswerWords.questionPhrases.end(in: tokens, at: index) != nil { return true }
            if var end = AnswerWords.questionWords.end(in: tokens, at: index) {
                if end < tokens.count, tokens[end].text.allSatisfy(\.isNumber) { end += 1 }
                if end == tokens.count || tokens[end].kind == .lineBreak { return true }
                if tokens[end].isSign(":.") { return true }
            }
            return false
        }

        /// Whether a line is A's label and B's follows, or a question precedes.
        func beginsChoices(at index: Int) -> Bool {
            guard index == 0 || tokens[index - 1].kind == .lineBreak,
                tokens[index].letter == .a, isLabel(index)
            else { return false }
            let next = nextLines[index]
            if next < tokens.count, tokens[next].letter == .b, isLabel(next) { return true }
            return index >= 2 && tokens[index - 2].isSign("?")
        }

        private func isLabel(_ index: Int) -> Bool {
            tokens[index].isBracketed
                || index + 1 < tokens.count && tokens[index + 1].isSign(".:")
        }
    }
}
