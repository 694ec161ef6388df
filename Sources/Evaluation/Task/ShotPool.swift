import Basics
import Benchmarks
import Foundation

/// The questions that shots are drawn from where their source is no split of the data.
package struct ShotPool {
    private let settings: EvaluationSettings
    private let dataset: MMLU
    /// Questions by subject, from the file of the shots' rationales.
    private let withRationales: [String: [Question]]

    /// - Throws: `InputError` for a file of rationales that contains no questions.
    package init(_ settings: EvaluationSettings, _ dataset: MMLU) throws {
        self.settings = settings
        self.dataset = dataset
        guard settings.shotSource == .rationales, let file = settings.shotRationales else {
            withRationales = [:]
            return
        }
        let rows = try RationaleFile.read(URL(fileURLWithPath: file))
            .filter { $0.accepted && $0.rationale != nil }
        withRationales = Dictionary(grouping: rows.map(\.question), by: \.id.subject)
    }

    /// The questions for a subject; empty where the source is a split.
    package func questions(of subject: String) throws -> [Question] {
        switch settings.shotSource {
        case .dev, .val, .devThenVal: []
        case .rationales: withRationales[subject] ?? []
        case .trainPool:
            try EvaluationTask.holdout(
                of: dataset.categories.category(ofSubject: subject), settings, dataset)
        }
    }
}
