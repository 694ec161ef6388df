import Benchmarks
import Foundation

/// Checks a folder of questions: reads every file, and looks for every subject in every split.
struct DataChecks {
    let folder: String

    var finding: Finding { .of("data", check) }

    private func check() throws -> Finding {
        let dataset = MMLU(folder: URL(fileURLWithPath: folder))
        let subjects = try Dictionary(
            uniqueKeysWithValues: Split.allCases.map { ($0, Set(try dataset.subjects(in: $0))) })
        let union = subjects.values.reduce(into: Set()) { $0.formUnion($1) }
        guard !union.isEmpty else {
            return .failed(
                "data", "\(folder): has no questions",
                remedy: "files like test/philosophy_test.csv are needed")
        }
        let missing = Split.allCases.flatMap { split in
            union.subtracting(subjects[split] ?? []).sorted().map {
                "\(split.rawValue)/\($0)_\(split.rawValue).csv"
            }
        }
        let rows = try Split.allCases.map { split in
            let count = try (subjects[split] ?? []).reduce(0) {
                $0 + (try dataset.questions(of: $1, in: split).count)
            }
            return "\(split.rawValue) \(count)"
        }
        guard missing.isEmpty else {
            let shown = missing.prefix(Self.namesShown).joined(separator: ", ")
            let rest = missing.count - Self.namesShown
            return .failed(
                "data",
                "\(folder): lacks \(shown)" + (rest > 0 ? " and \(rest) more" : ""),
                remedy: "each subject needs its files of dev, val and test: copy MMLU again")
        }
        let categories = try Benchmarks.Category.allCases.map { category in
            "\(category.rawValue) \(try dataset.questions(of: category, in: .test).count)"
        }
        let text =
            "\(folder): \(union.count) of \(Subjects.all.count) subjects; rows: "
            + "\(rows.joined(separator: ", ")); of test: \(categories.joined(separator: ", "))"
        let absent = Subjects.all.map(\.name).filter { !union.contains($0) }
        if (1...Self.namesShown).contains(absent.count) {
            return .warning(
                "data", text,
                remedy: "numbers are not MMLU's without \(absent.joined(separator: ", "))")
        }
        return .ok("data", text)
    }

    private static let namesShown = 5
}
