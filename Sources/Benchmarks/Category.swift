/// One of MMLU's four groups of subjects.
public enum Category: String, CaseIterable, Codable, Sendable {
    case humanities
    case socialSciences = "social_sciences"
    case stem
    case other
}
