/// "Wait, B", "Actually, it's B": words that take an answer back or put another in its place.
extension AnswerPassage {
    func replaced(at index: Int) -> AnswerClaim? {
        let cue =
            AnswerWords.retractions.end(in: tokens, at: index)
            ?? (isRefusal(at: index) ? index + 1 : nil)
        if let cue, beginsClause[index] {
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

    private func isRefusal(at index: Int) -> Bool {
        AnswerWords.refusals.contains(word(index) ?? "") && isSign(",.:!—–-", at: index + 1)
    }

    func cues(at index: Int) -> [AnswerClaim] {
        if beginsClause[index],
            let end = AnswerWords.retractions.end(in: tokens, at: index)
                ?? (isRefusal(at: index) ? index + 1 : nil)
        {
            return [AnswerClaim(meaning: .retraction, place: index..<end)]
        }
        if let end = AnswerWords.corrections.end(in: tokens, at: index) {
            return [AnswerClaim(meaning: .correction, place: index..<end)]
        }
        return []
    }
}
