import Basics
import Benchmarks
import Evaluation
import Training

/// The training, validation and evaluation questions of a sweep, read and checked before the first
/// run.
struct SweepQuestions {
    /// The questions of one training category.
    struct Part {
        let category: Benchmarks.Category
        let training: TrainSettings
        let set: TrainingSet
        let task: EvaluationTask
        let groups: [PromptGroup]
        /// nil where nothing is chosen.
        let validation: Validation?
    }

    let parts: [Part]
    /// The number of steps in a training, by category.
    let stepCounts: [String: Int]
    /// The prompts of the base model.
    private let basePrompts: [PromptGroup]
    private let run: Run

    /// - Throws: every error for which a run would refuse its inputs.
    init(
        _ settings: SweepSettings, _ session: ModelSession,
        report: @escaping (RunEvent) throws -> Void
    ) throws {
        let evaluation = try settings.evaluation
        let run = Run(
            model: settings.model, evaluation: evaluation, session: session, report: report)
        self.run = run
        basePrompts = try run.checkedPrompts(trained: []).groups
        var parts: [Part] = []
        var stepCounts: [String: Int] = [:]
        // Groups of the same category and loss read the same questions.
        var seen: Set<String> = []
        for family in settings.grid.families {
            let category = family.category
            guard let candidate = family.candidates.first,
                seen.insert("\(category.rawValue) \(family.weights.isEmpty)").inserted
            else { continue }
            let training = try settings.training(
                of: family.cell(candidate, seed: settings.grid.seeds.first ?? 0))
            let set = try run.trainingSet(training)
            try Self.checkFewShot(family, settings, evaluation, session)
            stepCounts[category.rawValue] =
                TrainingSteps(training, set, maxTokensPerMicroBatch: evaluation.batchTokens)
                .stepCount
            let trained = set.hashes ?? []
            let (task, groups) = try run.checkedPrompts(trained: trained)
            parts.append(
                Part(
                    category: category, training: training, set: set, task: task, groups: groups,
                    validation: try run.validation(
                        training, trained: trained, reported: groups)))
        }
        self.parts = parts
        self.stepCounts = stepCounts
    }

    /// Checks the few-shot prompts of a group's trainings; each seed draws its own.
    private static func checkFewShot(
        _ family: SweepGroup, _ settings: SweepSettings, _ evaluation: EvaluationSettings,
        _ session: ModelSession
    ) throws {
        guard !family.weights.isEmpty else { return }
        let run = Run(model: settings.model, evaluation: evaluation, session: session) { _ in }
        for seed in settings.grid.seeds {
            let training = try settings.training(of: family.cell(family.candidates[0], seed: seed))
            let set = try run.trainingSet(training)
            let steps = TrainingSteps(training, set, maxTokensPerMicroBatch: evaluation.batchTokens)
            try set.checkFewShot(steps.plan, stepCount: steps.stepCount)
        }
    }

    /// What a cell reads, but for the settings of its own; nil is the base model's.
    func inputs(of cell: Trial?) throws -> InputRecord {
        guard let cell else { return try run.inputs(Sweep.baseConfig, prompts: basePrompts) }
        let part = parts.first {
            $0.category == cell.family.category
                && ($0.training.objective == .zeroShot) == cell.family.weights.isEmpty
        }
        guard let part else { return InputRecord() }
        return try run.inputs(part.training, part.set, part.validation, prompts: part.groups)
    }

    /// questions.json
    var record: JSONValue {
        .object(
            parts.map { part in
                (
                    part.category.rawValue,
                    .object([
                        (
                            "selection",
                            part.validation.map { Self.places($0.groups) } ?? .null
                        ),
                        ("reported", part.task.record(part.groups)),
                    ])
                )
            }.uniqued)
    }

    /// questions.json with the categories, and the selection questions, that only an older one has.
    ///
    /// A study that began with one category may go on with two, or report all its trainings.
    ///
    /// - Returns: nil where a category has other questions than in the older one
    func record(over old: JSONValue) -> JSONValue? {
        var fields = old.fields
        for (category, part) in record.fields {
            guard let place = fields.firstIndex(where: { $0.0 == category }) else {
                fields.append((category, part))
                continue
            }
            let former = fields[place].1
            let parts = part.fields.map { ($0.0, former[$0.0] ?? .null, $0.1) }
            let isSame = parts.allSatisfy { _, before, now in
                before.line == now.line || [before.line, now.line].contains("null")
            }
            guard isSame, former.fields.count == parts.count else { return nil }
            fields[place].1 = .object(parts.map { ($0, $1.line == "null" ? $2 : $1) })
        }
        return .object(fields)
    }

    /// The positions of questions, by subject.
    private static func places(_ groups: [PromptGroup]) -> JSONValue {
        var bySubject: [String: [QuestionID]] = [:]
        for group in groups {
            bySubject[group.subject, default: []] += group.questions.map(\.question.id)
        }
        return .object(
            bySubject.sorted { $0.key < $1.key }.map { subject, ids in
                (
                    subject,
                    .array(
                        ids.map {
                            .object([
                                ("split", .string($0.split.rawValue)), ("row", .whole($0.row)),
                            ]
                            )
                        })
                )
            })
    }
}

extension [(String, JSONValue)] {
    /// The last of several entries with the same name: a training with the few-shot loss has more.
    fileprivate var uniqued: [(String, JSONValue)] {
        var names: [String] = []
        var values: [String: JSONValue] = [:]
        for (name, value) in self {
            if values[name] == nil { names.append(name) }
            values[name] = value
        }
        return names.map { ($0, values[$0] ?? .null) }
    }
}
