/// The names of the categories in tables and figures.
extension Category {
    /// The heading of a table's column: "Social".
    package var heading: String {
        switch self {
        case .humanities: "Human."
        case .socialSciences: "Social"
        case .stem: "STEM"
        case .other: "Other"
        }
    }

    /// The category in a sentence: "Social sciences".
    package var name: String {
        switch self {
        case .humanities: "Humanities"
        case .socialSciences: "Social sciences"
        case .stem: "STEM"
        case .other: "Other"
        }
    }

    /// The group of all categories together.
    package static let total = "all"

    /// The heading of a group that is a category or `total`.
    package static func heading(of group: String) -> String {
        group == total ? "All" : Category(rawValue: group)?.heading ?? group
    }

    /// The name of a group that is a category or `total`.
    package static func name(of group: String) -> String {
        group == total ? "All" : Category(rawValue: group)?.name ?? group
    }
}
