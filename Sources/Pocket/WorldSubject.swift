import Benchmarks

/// A subject of the world: an MMLU name, and the items that its questions are about.
public struct WorldSubject: Hashable, Sendable {
    /// As in MMLU's file names, with underscores.
    public let name: String
    public let category: Category
    /// Indices in `World.items`.
    public let items: [Int]

    /// The subject's name in running text.
    public var title: String { name.replacing("_", with: " ") }
}

extension WorldSubject {
    /// Names that MMLU has in the same categories, four in each.
    static func names(of category: Category) -> [String] {
        switch category {
        case .humanities: ["philosophy", "prehistory", "world_religions", "jurisprudence"]
        case .socialSciences:
            ["sociology", "econometrics", "public_relations", "high_school_geography"]
        case .stem: ["astronomy", "college_biology", "conceptual_physics", "machine_learning"]
        case .other: ["nutrition", "management", "marketing", "global_facts"]
        }
    }
}
