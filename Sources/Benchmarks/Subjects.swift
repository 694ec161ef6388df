import Basics

/// One of MMLU's 57 subjects: its category and how many rows each split has.
public struct Subject: Hashable, Sendable {
    /// As in the file names: `high_school_physics`.
    public let name: String
    /// In Hendrycks' map; `CategoryMap` has the others.
    public let category: Category
    private let valCount: Int
    private let testCount: Int

    fileprivate init(_ name: String, _ category: Category, val: Int, test: Int) {
        self.name = name
        self.category = category
        valCount = val
        testCount = test
    }

    /// As a prompt's header names it: "high school physics".
    public var title: String { name.replacing("_", with: " ") }

    /// How many rows the subject has in the published data.
    public func questionCount(in split: Split) -> Int {
        switch split {
        case .dev: 5
        case .val: valCount
        case .test: testCount
        }
    }
}

/// Hendrycks' map of the 57 subjects.
///
/// Source: `categories.py` of github.com/hendrycks/test at commit 4450500; the counts are those of
/// the published CSV files: dev 285, val 1,531, test 14,042.
public enum Subjects {
    /// Rows of the published test split, over all subjects.
    public static let publishedTestCount = all.reduce(0) { $0 + $1.questionCount(in: .test) }

    /// The subject with a name.
    ///
    /// - Throws: `InputError` with the nearest name.
    public static func subject(named name: String) throws -> Subject {
        guard let subject = byName[name] else {
            throw InputError(
                "subject '\(name)' is none of MMLU's \(all.count)"
                    + suggestion(for: name, in: all.map(\.name)))
        }
        return subject
    }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// Every subject, by category and name.
    public static let all: [Subject] = [
        Subject("formal_logic", .humanities, val: 14, test: 126),
        Subject("high_school_european_history", .humanities, val: 18, test: 165),
        Subject("high_school_us_history", .humanities, val: 22, test: 204),
        Subject("high_school_world_history", .humanities, val: 26, test: 237),
        Subject("international_law", .humanities, val: 13, test: 121),
        Subject("jurisprudence", .humanities, val: 11, test: 108),
        Subject("logical_fallacies", .humanities, val: 18, test: 163),
        Subject("moral_disputes", .humanities, val: 38, test: 346),
        Subject("moral_scenarios", .humanities, val: 100, test: 895),
        Subject("philosophy", .humanities, val: 34, test: 311),
        Subject("prehistory", .humanities, val: 35, test: 324),
        Subject("professional_law", .humanities, val: 170, test: 1534),
        Subject("world_religions", .humanities, val: 19, test: 171),
        Subject("econometrics", .socialSciences, val: 12, test: 114),
        Subject("high_school_geography", .socialSciences, val: 22, test: 198),
        Subject("high_school_government_and_politics", .socialSciences, val: 21, test: 193),
        Subject("high_school_macroeconomics", .socialSciences, val: 43, test: 390),
        Subject("high_school_microeconomics", .socialSciences, val: 26, test: 238),
        Subject("high_school_psychology", .socialSciences, val: 60, test: 545),
        Subject("human_sexuality", .socialSciences, val: 12, test: 131),
        Subject("professional_psychology", .socialSciences, val: 69, test: 612),
        Subject("public_relations", .socialSciences, val: 12, test: 110),
        Subject("security_studies", .socialSciences, val: 27, test: 245),
        Subject("sociology", .socialSciences, val: 22, test: 201),
        Subject("us_foreign_policy", .socialSciences, val: 11, test: 100),
        Subject("abstract_algebra", .stem, val: 11, test: 100),
        Subject("astronomy", .stem, val: 16, test: 152),
        Subject("college_biology", .stem, val: 16, test: 144),
        Subject("college_chemistry", .stem, val: 8, test: 100),
        Subject("college_computer_science", .stem, val: 11, test: 100),
        Subject("college_mathematics", .stem, val: 11, test: 100),
        Subject("college_physics", .stem, val: 11, test: 102),
        Subject("computer_security", .stem, val: 11, test: 100),
        Subject("conceptual_physics", .stem, val: 26, test: 235),
        Subject("electrical_engineering", .stem, val: 16, test: 145),
        Subject("elementary_mathematics", .stem, val: 41, test: 378),
        Subject("high_school_biology", .stem, val: 32, test: 310),
        Subject("high_school_chemistry", .stem, val: 22, test: 203),
        Subject("high_school_computer_science", .stem, val: 9, test: 100),
        Subject("high_school_mathematics", .stem, val: 29, test: 270),
        Subject("high_school_physics", .stem, val: 17, test: 151),
        Subject("high_school_statistics", .stem, val: 23, test: 216),
        Subject("machine_learning", .stem, val: 11, test: 112),
        Subject("anatomy", .other, val: 14, test: 135),
        Subject("business_ethics", .other, val: 11, test: 100),
        Subject("clinical_knowledge", .other, val: 29, test: 265),
        Subject("college_medicine", .other, val: 22, test: 173),
        Subject("global_facts", .other, val: 10, test: 100),
        Subject("human_aging", .other, val: 23, test: 223),
        Subject("management", .other, val: 11, test: 103),
        Subject("marketing", .other, val: 25, test: 234),
        Subject("medical_genetics", .other, val: 11, test: 100),
        Subject("miscellaneous", .other, val: 86, test: 783),
        Subject("nutrition", .other, val: 33, test: 306),
        Subject("professional_accounting", .other, val: 31, test: 282),
        Subject("professional_medicine", .other, val: 31, test: 272),
        Subject("virology", .other, val: 18, test: 166),
    ]
}
