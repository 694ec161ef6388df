/// The rows that training holds out and the rows that are evaluated, drawn by a seed of their own.
///
/// Every draw is deterministic: it depends on the files, the sample seed and what is asked for, so
/// all training seeds and adapters answer the same questions.
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
    /// - Throws: `BenchmarkError` if the category has fewer rows.
    public static func holdout(
        of category: Category, count: Int, sampleSeed: Int, in dataset: MMLU
    ) throws -> [Question] {
        let questions = try dataset.questions(of: category, in: .test)
        guard count >= 0, count <= questions.count else {
            throw BenchmarkError(
                "\(dataset.folder.path): a holdout of \(count) \(category.title) test questions was"
                    + " asked for; there are \(questions.count).")
        }
        var generator = SeededGenerator(
            seed: UInt64(bitPattern: Int64(sampleSeed)), for: ["holdout", category.rawValue])
        return Array(generator.shuffled(questions).prefix(count))
    }

    /// A seeded sample of the category's rows of a split, proportional by subject.
    ///
    /// Every row has a place in its subject's seeded order whatever is left out, so leaving out a
    /// question changes the sample by that question and not as a whole.
    ///
    /// - Parameters:
    ///   - limit: how many; nil, or more than there are, takes all.
    ///   - hashes: content hashes that must not be asked: the holdout's, an adapter's training
    ///     questions'. All rows equal to one of them in content are left out.
    public static func evaluationSample(
        of category: Category, split: Split = .test, limit: Int?, sampleSeed: Int,
        excluding hashes: Set<String>, in dataset: MMLU
    ) throws -> EvaluationSample {
        if let limit, limit < 1 {
            throw BenchmarkError(
                "a sample of \(limit) questions was asked for; right would be 1 or more, or none"
                    + " for no limit.")
        }
        var pools: [[Question]] = []
        var leftOutCount = 0
        for subject in try dataset.subjects(of: category, in: split) {
            let questions = try dataset.questions(of: subject, in: split)
            var generator = SeededGenerator(
                seed: UInt64(bitPattern: Int64(sampleSeed)), for: ["evaluation sample", subject])
            let pool = generator.shuffled(questions).filter { !hashes.contains($0.contentHash) }
            leftOutCount += questions.count - pool.count
            pools.append(pool)
        }
        let availableCount = pools.map(\.count).reduce(0, +)
        let quotas = proportionalQuotas(
            of: min(limit ?? availableCount, availableCount), over: pools.map(\.count))
        let questions = zip(pools, quotas).flatMap { pool, quota in
            pool.prefix(quota).sorted { $0.id.row < $1.id.row }
        }
        return EvaluationSample(
            questions: questions, leftOutCount: leftOutCount, availableCount: availableCount)
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

/// Which questions of a category are asked.
public struct EvaluationSample: Hashable, Sendable {
    /// By subject and row.
    public let questions: [Question]
    /// Rows that were not drawn from because training saw their content.
    public let leftOutCount: Int
    /// Rows that were drawn from; with fewer than the limit all of them are asked.
    public let availableCount: Int
}
