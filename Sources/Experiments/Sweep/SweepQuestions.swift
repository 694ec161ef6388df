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
        let task: EvaluationTask
        let groups: [PromptGroup]
        /// nil where nothing is chosen.
        let validation: Validation?
    }

    let parts: [Part]
    /// The number of steps in a training, by category.
    let stepCounts: [String: Int]

    /// - Throws: every error for which a run would refuse its inputs.
    init(
        _ settings: SweepSettings, _ session: ModelSession,
        report: @escaping (RunEvent) throws -> Void
    ) throws {
        let evaluation = try settings.evaluation
        let run = Run(
            model: settings.model, evaluation: evaluation, session: session, report: report)
        _ = try run.checkedPrompts(trained: [])
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
                    category: category, task: task, groups: groups,
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
