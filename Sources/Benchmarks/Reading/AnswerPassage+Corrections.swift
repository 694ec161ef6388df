/// "Wait, B", "Actually, it's B": words that retract an answer or replace it.
extension AnswerPassage {
    func replaced(at index: Int) -> AnswerClaim? {
        if let cue = retractionEnd(at: index) {
            var next = cue
            while next < cue + Self.longestRun, isSign(",:.—–-!;", at: next) { next += 1 }
            while next < cue + Self.longestRun,
                let end = AnswerWords.replacing.end(in: tokens, at: next)
            {
                next = end
                if isSign(",:", at: next) { next += 1 }
            }
            return strict(claim(from: index, letterAt: next, .passing))
        }
        guard let end = AnswerWords.replacing.end(in: tokens, at: index),
            AnswerWords.corrections.end(in: tokens, at: index) != nil
        else { return nil }
        let next = isSign(",:", at: end) ? end + 1 : end
        return strict(claim(from: index, letterAt: next, .passing))
    }

    /// The position after "wait", "no" and the like, where they begin a clause.
    private func retractionEnd(at index: Int) -> Int? {
        guard beginsClause[index] else { return nil }
        if AnswerWords.refusals.contains(word(index) ?? ""), isSign(",.:!—–-", at: index + 1) {
            return index + 1
        }
        guard let end = AnswerWords.retractions.end(in: tokens, at: index) else { return nil }
        // "Wait times increase" takes nothing back.
        guard end == index + 1, let next = self[end], next.kind == .word, next.letter == nil
        else { return end }
        return AnswerWords.retractionFollowers.contains(next.text) ? end : nil
    }

    func cues(at index: Int) -> [AnswerClaim] {
        if let end = retractionEnd(at: index) {
            return [AnswerClaim(meaning: .retraction, position: index..<end)]
        }
        if let end = AnswerWords.contrasts.end(in: tokens, at: index) {
            return [AnswerClaim(meaning: .contrast, position: index..<end)]
        }
        if let end = AnswerWords.corrections.end(in: tokens, at: index) {
            return [AnswerClaim(meaning: .correction, position: index..<end)]
        }
        return []
    }
}
