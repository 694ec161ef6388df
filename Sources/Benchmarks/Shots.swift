import Basics

/// Where the shots of a prompt come from.
public enum ShotSource: String, CaseIterable, Codable, Sendable {
    /// All dev rows of the subject, then its first val rows.
    case devThenVal = "dev+val"
    case dev
    case val
    /// The training pool of the category, in its order.
    case trainPool = "train-pool"
    /// The subject's questions in the file of the shots' rationales, in its order.
    case rationales
}

/// The selection and order of the source's rows that are shown.
public enum ShotOrder: Hashable, Sendable {
    /// The first ones, in the source's order.
    case first
    /// A random choice in random order, drawn for each subject from all rows of the source. Of one
    /// seed, fewer shots are the beginning of more.
    case seeded(Int)

    /// nil where nothing is drawn.
    public var seed: Int? {
        switch self {
        case .first: nil
        case .seeded(let seed): seed
        }
    }
}

/// The unit for which shots are drawn.
public enum ShotDraw: String, CaseIterable, Codable, Sendable {
    /// Once for a subject: all its questions have the same shots, which are computed once.
    case subject
    /// For each question, and anew in each repeat.
    case question
}

/// Chooses the questions that a prompt shows with their answers.
public enum Shots {
    /// The shots of a subject, the same for all its questions.
    ///
    /// A row whose content equals an evaluated question of the subject is skipped for all of them;
    /// the next row replaces it. A prompt never shows the question that it evaluates.
    ///
    /// - Parameters:
    ///   - pool: the questions of a source that is no split: `.trainPool` or `.rationales`.
    ///   - hashes: content hashes of the evaluated questions.
    /// - Throws: `InputError` if there are too few.
    public static func select(
        count: Int, for subject: String, from source: ShotSource, order: ShotOrder = .first,
        in dataset: MMLU, pool: [Question] = [], excluding hashes: Set<String>
    ) throws -> [Question] {
        guard count >= 0 else {
            throw InputError("the number of shots: is \(count); 0 or more is needed")
        }
        guard count > 0 else { return [] }
        var shots: [Question] = []
        var rowCount = 0
        var stages = stages(of: source, for: subject, in: dataset, pool: pool)
        if case .seeded(let seed) = order {
            var generator = SeededGenerator(
                seed: seed, for: ["shots", subject, source.rawValue])
            let rows = generator.shuffled(try stages.flatMap { try $0() })
            stages = [{ rows }]
        }
        for stage in stages where shots.count < count {
            let rows = try stage()
            rowCount += rows.count
            shots += rows.filter { !hashes.contains($0.contentHash) }.prefix(count - shots.count)
        }
        guard shots.count == count else {
            let skipped = rowCount - shots.count
            throw InputError(
                "shots of \(subject): \(source.rawValue) has \(shots.count)"
                    + (skipped > 0 ? ", without \(skipped) equal to an evaluated question" : "")
                    + "; \(count) are needed")
        }
        return shots
    }

    /// Random shots for a training step, no two with the same content.
    ///
    /// - Parameter hashes: content hashes of the questions in the prompt.
    /// - Throws: `InputError` if the pool has too few.
    public static func draw(
        count: Int, from pool: [Question], excluding hashes: Set<String>,
        using generator: inout SeededGenerator
    ) throws -> [Question] {
        var used = hashes
        var shots: [Question] = []
        for question in generator.shuffled(pool) {
            guard shots.count < count else { break }
            if used.insert(question.contentHash).inserted { shots.append(question) }
        }
        guard shots.count == count else {
            throw InputError(
                "shots of a training step: the pool of \(pool.count) has \(shots.count) without the"
                    + " prompt's own questions and repeats; \(count) are needed")
        }
        return shots
    }

    /// The shots of one question in one repeat, in random order; the whole pool if it has too few.
    /// The shots of a smaller number are the first shots of a larger number.
    ///
    /// No two have the same content, and none has the question's.
    ///
    /// - Parameters:
    ///   - pool: questions of the same subject
    ///   - repetition: of the question, from 0
    public static func draw(
        count: Int, for question: Question, repetition: Int, from pool: [Question], seed: Int
    ) -> [Question] {
        var generator = SeededGenerator(
            seed: seed,
            for: [
                "shots of a question", question.id.subject, question.id.split.rawValue,
                "\(question.id.row)", "\(repetition)",
            ])
        var used: Set<String> = [question.contentHash]
        return Array(
            generator.shuffled(pool).filter { used.insert($0.contentHash).inserted }
                .prefix(count))
    }

    /// The rows in the order of the source; a later part is read only if the earlier ones are too
    /// few.
    private static func stages(
        of source: ShotSource, for subject: String, in dataset: MMLU, pool: [Question]
    ) -> [() throws -> [Question]] {
        let dev = { try dataset.questions(of: subject, in: .dev) }
        let val = { try dataset.questions(of: subject, in: .val) }
        return switch source {
        case .dev: [dev]
        case .val: [val]
        case .devThenVal:
            [dev, { try dataset.subjects(in: .val).contains(subject) ? val() : [] }]
        case .trainPool, .rationales: [{ pool }]
        }
    }
}
