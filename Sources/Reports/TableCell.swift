import Tracking
import Statistics

/// An accuracy with its error and its interval.
public struct TableCell: Hashable, Sendable, Encodable {
    public let mean: Double
    /// Over training seeds where there are several, else over questions; nil of two seeds, and of one
    /// question.
    public let standardError: Double?
    /// What the error is over; nil without one.
    public let standardErrorOver: ErrorKind?
    /// 95 %: Wilson's, over seeds Student's; nil of two seeds.
    public let interval: [Double]?
    /// Of several training seeds each one's accuracy.
    public let seeds: [Double]?
    public let questions: Int?

    init(
        mean: Double, standardError: Double?, over kind: ErrorKind?, interval: Interval? = nil,
        seeds: [Double]? = nil, questions: Int? = nil
    ) {
        self.mean = mean
        self.standardError = standardError
        standardErrorOver = standardError == nil ? nil : kind
        self.interval = interval.map { [$0.lower, $0.upper] }
        self.seeds = seeds
        self.questions = questions
    }

    init(_ accuracy: Accuracy) {
        self.init(
            mean: accuracy.mean, standardError: accuracy.itemStandardError, over: .questions,
            interval: accuracy.interval, questions: accuracy.questionCount)
    }

    /// - Parameter seeds: one or more; the first's interval stands where all seeds agree
    init(seeds: [Accuracy]) throws {
        if seeds.count == 1 {
            self.init(seeds[0])
            return
        }
        let mean = try SeedMean(seeds.map(\.mean))
        self.init(
            mean: mean.mean, standardError: seeds.count > 2 ? mean.standardError : nil,
            over: .seeds,
            interval: mean.interval ?? (seeds.count > 2 ? seeds[0].interval : nil),
            seeds: mean.values,
            questions: seeds.map(\.questionCount).min())
    }
}

/// A row's model before it is set beside others.
struct TableModel {
    var source: ModelRuns
    let outcomes: Outcomes
    /// By column.
    let cells: [TableCell?]

    init(_ source: ModelRuns, _ columns: [ResultTable.Column], in store: Store) throws {
        self.source = source
        let outcomes = try Outcomes(source, in: store)
        self.outcomes = outcomes
        cells = try columns.map { column in
            // No training seed changes the base model: its runs are repeats.
            if source.model == "base" {
                return try outcomes.pooledAccuracy(column).map { TableCell($0) }
            }
            let accuracies = try outcomes.accuracies(column)
            return accuracies.isEmpty ? nil : try TableCell(seeds: accuracies)
        }
    }

    /// Whether another row's differences are taken from it.
    func isBase(of other: TableModel) -> Bool {
        source.model == "base" && !other.source.baseRuns.isEmpty
            && source.runs.map(\.id) == other.source.baseRuns.map(\.id)
    }

    /// Base models that answered alike are one; those that are left are named by what is compared with
    /// them.
    static func withoutTwins(_ models: [TableModel]) -> [TableModel] {
        var shown: [TableModel] = []
        for model in models {
            let twin = shown.firstIndex {
                $0.source.model == "base" && model.source.model == "base"
                    && $0.source.isComparable(with: model.source) && $0.looks(like: model)
            }
            if let twin {
                shown[twin].source.users += model.source.users
            } else {
                shown.append(model)
            }
        }
        let baseCount = shown.count { $0.source.model == "base" }
        guard baseCount > 1 else { return shown }
        return shown.map { model in
            guard model.source.model == "base" else { return model }
            var model = model
            let users = model.source.users
            model.source = model.source.named(
                model.source.name + " of "
                    + (users.isEmpty
                        ? String(model.source.runs[0].id.prefix(8))
                        : users.joined(separator: ", ")))
            return model
        }
    }

    private func looks(like other: TableModel) -> Bool {
        zip(cells, other.cells).allSatisfy { one, two in
            guard let one, let two else { return one == nil && two == nil }
            return abs(one.mean - two.mean) < 1e-12 && one.questions == two.questions
        }
    }
}
