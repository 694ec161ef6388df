import Basics

/// One of MMLU's four groups of subjects.
public enum Category: String, CaseIterable, Codable, Sendable {
    case humanities
    case socialSciences = "social_sciences"
    case stem
    case other
}

extension Category {
    /// The category as a prompt's header names it: "social sciences".
    public var title: String { rawValue.replacing("_", with: " ") }

    /// The category with the name that a user gives: `social_sciences`, `social-sciences`, `STEM`.
    ///
    /// - Throws: `Mismatch` with the nearest category.
    public init(parsing word: String) throws {
        let name = word.lowercased().replacing("-", with: "_").replacing(" ", with: "_")
        guard let category = Category(rawValue: name) else {
            throw Mismatch(unknown: "category", word, in: Self.allCases.map(\.rawValue))
        }
        self = category
    }

    /// The categories of a comma-separated list, each once, in the order of `allCases`; `all` means
    /// every category.
    ///
    /// - Throws: `Mismatch` if a name is unknown or the list is empty.
    public static func parse(list: String) throws -> [Category] {
        let words = list.split(separator: ",").map { $0.trimmed }.filter { !$0.isEmpty }
        guard !words.isEmpty else {
            throw Mismatch("a list of categories is needed, as humanities,stem, or all")
        }
        var chosen: Set<Category> = []
        for word in words {
            if word.lowercased() == "all" {
                chosen.formUnion(allCases)
            } else {
                chosen.insert(try Category(parsing: word))
            }
        }
        return allCases.filter(chosen.contains)
    }
}

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

/// The source of the assignment of subjects to categories.
///
/// The two maps differ in one subject: `anatomy` is under "other" (health) in Hendrycks' and in
/// LLaMA-Factory's map, and under "STEM" in lm-eval's, whose STEM then has 19 subjects with 3,153 test
/// questions and whose "other" has 13 with 3,107. Sources: `categories.py` of github.com/hendrycks/test
/// at commit 4450500; the tags in `lm_eval/tasks/mmlu/default` of lm-eval 0.4.13.
public enum CategoryMap: String, CaseIterable, Codable, Sendable {
    case hendrycks
    case lmEval = "lm-eval"

    public func category(of subject: Subject) -> Category {
        self == .lmEval && subject.name == "anatomy" ? .stem : subject.category
    }

    /// - Throws: `InputError` for a name that is no subject's.
    public func category(ofSubject name: String) throws -> Category {
        category(of: try Subjects.subject(named: name))
    }
}
