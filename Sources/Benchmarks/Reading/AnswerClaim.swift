/// A position where a text states its answer, or retracts it.
struct AnswerClaim {
    enum Strength: Int, Comparable {
        /// It may be said of a choice in passing: "B is correct", "it's B".
        case passing
        case plain
        /// The text calls it its final answer.
        case final

        static func < (a: Strength, b: Strength) -> Bool { a.rawValue < b.rawValue }
    }

    enum Meaning: Equatable {
        case letter(Letter)
        /// More letters than one.
        case several
        /// "Wait", "no": statements before it no longer count.
        case retraction
        /// "Actually": what follows may correct it.
        case correction
        /// "However": a plain answer after it corrects the one before, an answer in passing
        /// contradicts it.
        case contrast
    }

    var meaning: Meaning
    var strength = Strength.plain
    /// The tokens, from the first word of the statement to its letter.
    var position: Range<Int>
}
