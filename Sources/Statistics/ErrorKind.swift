/// The source of variation that a standard error covers.
public enum ErrorKind: String, Sendable, CaseIterable, Codable {
    case questions, seeds, repeats

    /// As tables mark it: "25.2 (1.54 q)".
    public var letter: String { String(rawValue.prefix(1)) }

    /// The meaning of the mark.
    public var legend: String {
        switch self {
        case .questions: "q: standard error over questions"
        case .seeds: "s: over training seeds"
        case .repeats: "r: over repeats"
        }
    }
}
