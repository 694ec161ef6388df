import Benchmarks
import Scoring

/// Accuracies of one model in a run.
public struct ModelResult: Sendable {
    public let model: AnsweringModel
    public let table: AccuracyTable

    package init(model: AnsweringModel, table: AccuracyTable) {
        self.model = model
        self.table = table
    }
}

/// All that follows from the answers of a run.
public struct RunResults: Sendable {
    /// A comparison of an adapted model with the base model on the same questions.
    public struct Comparison: Sendable {
        public let adapted: AnsweringModel
        public let table: ComparisonTable
        /// nil unless both were evaluated zero-shot and few-shot.
        public let forgetting: ForgettingReport?
    }

    /// The base model, if it was evaluated, then the adapted one by scale.
    public let models: [ModelResult]
    /// None unless the base model was evaluated too.
    public let comparisons: [Comparison]
    /// The loss that is tested against, in percentage points.
    public let marginPoints: Double
    /// Number and names of the questions that exceed the model's context; nil where there are none.
    public var tooLongNotice: String?

    /// - Parameter target: the category that was trained on; nil where it is not known
    package init(
        models: [ModelResult], target: Benchmarks.Category?,
        marginPoints: Double = ComparisonTable.usualMarginPoints
    ) throws {
        self.models = models
        self.marginPoints = marginPoints
        guard let base = models.first(where: { $0.model == .base }) else {
            comparisons = []
            return
        }
        comparisons = try models.filter { $0.model != .base }.map { other in
            let table = try ComparisonTable(
                first: base.table, second: other.table, marginPoints: marginPoints)
            return Comparison(
                adapted: other.model, table: table,
                forgetting: ForgettingReport(table, target: target))
        }
    }
}
