/// How an answer is taken from a model.
public enum Scoring: String, CaseIterable, Codable, Sendable {
    /// The most likely of the four letters at the answer's position, in one forward pass.
    case letter
    /// The most likely of the four choices' own texts behind the prompt, by its log-probability a
    /// byte.
    case choice
    /// Text is generated and the letter read from it.
    case generate
}
