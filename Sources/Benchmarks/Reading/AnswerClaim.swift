/// A place where a text states its answer, or takes back what it stated.
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
        /// "Wait", "no": what stands before no longer counts.
        case retraction
        /// "Actually": what follows may correct it.
        case correction
        /// "However": an answer stated behind it corrects it, one in passing contradicts it.
        case contrast
    }

    var meaning: Meaning
    var strength = Strength.plain
    /// The tokens, from the first word of the statement to its letter.
    var place: Range<Int>
}
