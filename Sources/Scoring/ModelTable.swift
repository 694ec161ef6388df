import Benchmarks
import Statistics

/// A row of a result table: a model's accuracies over its runs, and its differences from the base model.
public struct ModelTable: Sendable {
    /// One run; several runs differ only in their training seed.
    public struct Run: Sendable {
        public let id: String
        /// The seed of the training; nil without one.
        public let seed: Int?
        public let outcomes: RunOutcomes

        public init(id: String, seed: Int?, outcomes: RunOutcomes) {
            self.id = id
            self.seed = seed
            self.outcomes = outcomes
        }
    }

    /// The row's title: "ZS on V".
    public var name: String
    public let model: AnsweringModel
    public let runs: [Run]
    public let cells: [TableColumn: TableCell]
    /// This model minus the base model; nil without a base model.
    public let comparison: ComparisonTable?

    /// - Parameters:
    ///   - base: the base model's answers: of one run, compared with each of `runs`, or of as many
    ///     runs
    ///   - areOfOneSource: whether both models are known to have read the same questions
    /// - Throws: `InputError` if questions differ in repeats.
    public init(
        _ name: String, _ model: AnsweringModel, _ runs: [Run], base: [RunOutcomes] = [],
        areOfOneSource: Bool = true, marginPoints: Double
    ) throws {
        self.name = name
        self.model = model
        self.runs = runs
        let outcomes = runs.map(\.outcomes)
        var cells: [TableColumn: TableCell] = [:]
        for column in Set(outcomes.flatMap(\.columns)) {
            // The base model does not depend on a training seed: its runs are repeats.
            let accuracies =
                model == .base
                ? try [RunOutcomes.pooledAccuracy(outcomes, column)].compactMap(\.self)
                : try outcomes.compactMap { try $0.accuracy(column) }
            if !accuracies.isEmpty { cells[column] = try TableCell(seeds: accuracies) }
        }
        self.cells = cells
        let bases = base.count == 1 ? runs.map { _ in base[0] } : base
        comparison =
            runs.isEmpty || bases.count != runs.count
            ? nil
            : try ComparisonTable(
                seeds: zip(bases, outcomes).map { (first: $0, second: $1) },
                areOfOneSource: areOfOneSource, marginPoints: marginPoints)
    }

    public var columns: [TableColumn] { cells.keys.sorted() }

    /// The run to compare with another model's run: of the same seed, or the base model's only one.
    fileprivate func partner(of run: Run) -> Run? {
        model == .base && runs.count == 1 ? runs[0] : runs.first { $0.seed == run.seed }
    }
}

/// Two models, compared by one test: accuracy over all questions with the most shots.
public struct ModelPair: Sendable {
    public let first: String
    public let second: String
    /// Training seeds that both have; the base model is compared with each.
    public let seeds: [Int]
    /// The second less the first, adjusted over all pairs (Holm).
    public let row: ComparisonTable.Row

    /// Every two models; none of two models, whose difference is in the table.
    ///
    /// - Parameters:
    ///   - areComparable: whether two models, by their indices, answered under the same conditions
    ///   - areOfOneSource: whether they are known to have read the same questions
    public static func all(
        of models: [ModelTable], marginPoints: Double,
        areComparable: (Int, Int) -> Bool = { _, _ in true },
        areOfOneSource: (Int, Int) -> Bool = { _, _ in true }
    ) throws -> [ModelPair] {
        let evaluated = models.indices.filter { !models[$0].runs.isEmpty }
        guard evaluated.count > 2, let shots = models.flatMap(\.columns).map(\.shots).max() else {
            return []
        }
        var pairs: [ModelPair] = []
        for (index, one) in evaluated.enumerated() {
            for other in evaluated[(index + 1)...] where areComparable(one, other) {
                let runs = models[other].runs.compactMap { run in
                    models[one].partner(of: run).map { (first: $0, second: run) }
                }
                guard !runs.isEmpty,
                    let row = try ComparisonTable(
                        seeds: runs.map { ($0.first.outcomes, $0.second.outcomes) },
                        areOfOneSource: areOfOneSource(one, other), marginPoints: marginPoints
                    )[Category.total, shots: shots]
                else { continue }
                pairs.append(
                    ModelPair(
                        first: models[one].name, second: models[other].name,
                        seeds: runs.compactMap(\.second.seed), row: row))
            }
        }
        return zip(pairs, ComparisonTable.Row.adjusted(pairs.map(\.row))).map { pair, row in
            ModelPair(first: pair.first, second: pair.second, seeds: pair.seeds, row: row)
        }
    }
}
