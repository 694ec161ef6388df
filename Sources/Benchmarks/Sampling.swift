import Basics

/// How a category's sample is shared out among its subjects.
public enum SampleRule: String, CaseIterable, Codable, Sendable {
    /// Every row counts, and a subject gives in proportion to its rows.
    case proportional
    /// If several rows of a subject have correct choices with the same text, only the first counts.
    /// Each round takes one row from each subject, until the subject has none left.
    ///
    /// Source: how the authors of arXiv 2602.23197 sampled MMLU.
    case balanced
}

/// The rows held out for training and the rows for evaluation, drawn with a seed of their own.
///
/// Every draw is deterministic: it depends on the files, the sample seed and the arguments. All
/// training seeds and adapters therefore answer the same questions.
public enum Sampling {
    /// Training questions in the paper's experiment (arXiv 2602.23197, appendix B.2).
    public static let paperHoldoutCount = 1000
    /// Evaluated questions a category: the paper's 1,000 over four categories.
    public static let paperLimit = 250

    /// A seeded sample of the category's test rows, for training and never for evaluation.
    ///
    /// The questions come in the order in which they were drawn, so a smaller holdout is the
    /// beginning of a larger one.
    ///
    /// - Throws: `InputError` if the category has fewer rows that count.
    public static func holdout(
        of category: Category, count: Int, sampleSeed: Int, rule: SampleRule = .proportional,
        in dataset: MMLU
    ) throws -> [Question] {
        let questions = try rows(of: category, in: .test, rule: rule, dataset)
        guard count >= 0, count <= questions.count else {
            throw InputError(
                "\(dataset.folder.path): has \(questions.count) \(category.title) test questions; a"
                    + " holdout of \(count) needs as many")
        }
        var generator = SeededGenerator(
            seed: sampleSeed, for: ["holdout", category.rawValue])
        let drawn = generator.shuffled(questions)
        guard rule == .balanced else { return Array(drawn.prefix(count)) }
        let bySubject = Dictionary(grouping: drawn, by: \.id.subject)
        return roundRobin(bySubject.keys.sorted().map { bySubject[$0] ?? [] }, count: count)
    }

    /// The rows of a category that count under a rule, by subject and row.
    public static func rows(
        of category: Category, in split: Split, rule: SampleRule, _ dataset: MMLU
    ) throws -> [Question] {
        try dataset.subjects(of: category, in: split).flatMap {
            try counted(dataset.questions(of: $0, in: split), by: rule)
        }
    }

    private static func counted(_ questions: [Question], by rule: SampleRule) -> [Question] {
        guard rule == .balanced else { return questions }
        var seen: Set<String> = []
        return questions.filter { seen.insert($0.choices[$0.answer.index]).inserted }
    }

    /// One question of each pool in each round, until there are enough or none is left.
    private static func roundRobin(_ pools: [[Question]], count: Int) -> [Question] {
        let longest = pools.map(\.count).max() ?? 0
        let order = (0..<longest).flatMap { round in
            pools.compactMap { $0.indices.contains(round) ? $0[round] : nil }
        }
        return Array(order.prefix(count))
    }

    /// A seeded sample of the category's rows of a split.
    ///
    /// Every row has a position in its subject's seeded order, whatever is left out. Leaving out a
    /// question therefore changes the sample by that question only.
    ///
    /// - Parameters:
    ///   - limit: how many; nil, or more than there are, takes all.
    ///   - rule: how many each subject gives
    ///   - hashes: content hashes that must not be evaluated: those of the holdout and of an
    ///     adapter's training questions. All rows with equal content are left out.
    public static func evaluationSample(
        of category: Category, split: Split = .test, limit: Int?, sampleSeed: Int,
        rule: SampleRule = .proportional, excluding hashes: Set<String>, in dataset: MMLU
    ) throws -> EvaluationSample {
        if let limit, limit < 1 {
            throw InputError(
                "a sample's limit: is \(limit); 1 or more is needed, or none for no limit")
        }
        var pools: [[Question]] = []
        var leftOutCount = 0
        for subject in try dataset.subjects(of: category, in: split) {
            let questions = counted(try dataset.questions(of: subject, in: split), by: rule)
            var generator = SeededGenerator(
                seed: sampleSeed, for: ["evaluation sample", subject])
            let pool = generator.shuffled(questions).filter { !hashes.contains($0.contentHash) }
            leftOutCount += questions.count - pool.count
            pools.append(pool)
        }
        let availableCount = pools.map(\.count).reduce(0, +)
        let count = min(limit ?? availableCount, availableCount)
        let quotas =
            switch rule {
            case .proportional: proportionalQuotas(of: count, over: pools.map(\.count))
            case .balanced: balancedQuotas(of: count, over: pools.map(\.count))
            }
        let questions = zip(pools, quotas).flatMap { pool, quota in
            pool.prefix(quota).sorted { $0.id.row < $1.id.row }
        }
        return EvaluationSample(
            questions: questions, leftOutCount: leftOutCount, availableCount: availableCount)
    }

    /// `total` shared out one by one, round after round, to those that have some left. `total` is at
    /// most the sum of the counts.
    static func balancedQuotas(of total: Int, over counts: [Int]) -> [Int] {
        precondition(
            total <= counts.reduce(0, +), "a sample is no larger than what it is drawn from")
        var quotas = counts.map { _ in 0 }
        var left = total
        while left > 0 {
            for index in counts.indices where left > 0 && quotas[index] < counts[index] {
                quotas[index] += 1
                left -= 1
            }
        }
        return quotas
    }

    /// `total` shared out in proportion to the counts, by largest remainder; of two remainders as
    /// large, the first gets the unit. `total` is at most the sum of the counts.
    static func proportionalQuotas(of total: Int, over counts: [Int]) -> [Int] {
        let sum = counts.reduce(0, +)
        precondition(total <= sum, "a sample is no larger than what it is drawn from")
        guard sum > 0 else { return counts }
        var quotas = counts.map { total * $0 / sum }
        let remainders = counts.map { total * $0 % sum }
        let byRemainder = counts.indices.sorted {
            (remainders[$1], $0) < (remainders[$0], $1)
        }
        for index in byRemainder.prefix(total - quotas.reduce(0, +)) { quotas[index] += 1 }
        return quotas
    }
}

/// The evaluated questions of a category.
public struct EvaluationSample: Hashable, Sendable {
    /// By subject and row.
    public let questions: [Question]
    /// Rows that were not drawn from because training saw their content.
    public let leftOutCount: Int
    /// Number of rows drawn from; if it is below the limit, all of them are evaluated.
    public let availableCount: Int
}
