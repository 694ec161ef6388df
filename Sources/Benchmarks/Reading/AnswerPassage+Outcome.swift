extension AnswerPassage {
    enum Outcome: Equatable {
        /// Nothing is stated.
        case silent
        /// More than one answer is stated, or the stated one was retracted.
        case unreadable
        case answered(AnswerReading)
    }

    /// The answer of the passage, if it has one.
    func outcome() -> Outcome {
        var current: AnswerClaim?
        var isCorrected = false
        var isRetracted = false
        var lastRetraction: Int?
        /// The sentence that last had a word of correction, or of contrast.
        var correction = Int.min
        var contrast = Int.min
        for claim in claims() {
            let sentence = sentenceNumbers[claim.position.lowerBound]
            switch claim.meaning {
            case .retraction:
                isRetracted = true
                lastRetraction = claim.position.lowerBound
            case .correction: correction = sentence
            case .contrast: contrast = sentence
            case .letter, .several:
                defer { (isRetracted, correction, contrast) = (false, .min, .min) }
                guard let old = current else {
                    current = claim
                    continue
                }
                // A word of correction counts in its own sentence and the next.
                let isTurned = correction >= sentence - 1
                let isOpposed = contrast >= sentence - 1
                if old.meaning == claim.meaning {
                    current?.strength = max(old.strength, claim.strength)
                } else if isRetracted || isTurned || isOpposed && claim.strength >= .plain
                    || claim.strength > old.strength
                {
                    isCorrected = isCorrected || old.strength >= .plain || isRetracted
                    current = claim
                    current?.strength = max(old.strength, claim.strength)
                } else if isOpposed || claim.strength == old.strength {
                    current?.meaning = .several
                }
            }
        }
        guard let current else {
            guard let line = lineAnswer() else { return .silent }
            if let lastRetraction, lastRetraction >= line.position.lowerBound { return .unreadable }
            return .answered(reading(line.letter, line.position, false))
        }
        guard case .letter(let letter) = current.meaning, !isRetracted else { return .unreadable }
        return .answered(reading(letter, current.position, isCorrected))
    }

    private func reading(_ letter: Letter, _ position: Range<Int>, _ isCorrected: Bool)
        -> AnswerReading
    {
        let last = tokens[max(position.lowerBound, position.upperBound - 1)]
        return AnswerReading(
            letter: letter,
            range: tokens[position.lowerBound].range.lowerBound..<last.range.upperBound,
            isCorrected: isCorrected)
    }
}
