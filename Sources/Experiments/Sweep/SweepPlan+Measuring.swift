import Basics
import Evaluation
import Foundation
import Scoring
import Torch
import Tracking
import Training

extension SweepPlan {
    /// Measured times of some steps and questions on this machine.
    public struct Measurement: Sendable {
        /// Seconds per token, from the fastest of three steps; by whether there is a few-shot loss.
        public let secondsPerToken: [Bool: Double]
        /// Seconds per question with all its repeats, by number of shots; a few are evaluated
        /// together.
        public let secondsPerQuestion: [Int: Double]
        public let secondsPerSelectionQuestion: Double

        /// Seconds of all trainings of a plan.
        public func trainingSeconds(_ plan: SweepPlan) -> Double {
            plan.families.reduce(0) { total, family in
                total
                    + Double(family.trainingCount * family.tokenCount)
                    * (secondsPerToken[family.hasFewShotLoss] ?? 0)
            }
        }

        /// Seconds of all evaluations of a plan.
        public func askingSeconds(_ plan: SweepPlan) -> Double {
            let reported = plan.reported.reduce(0.0) {
                $0 + Double($1.questionCount) * (secondsPerQuestion[$1.shots] ?? 0)
            }
            let watched =
                plan.watchesReported
                ? reported
                : plan.watched.reduce(0.0) {
                    $0 + Double($1.questionCount) * secondsPerSelectionQuestion
                }
            return Double(plan.reportedCount) * reported + Double(plan.watchedCount) * watched
        }
    }

    static let measuredSteps = 3
    static let measuredQuestions = 8

    /// Measures three steps of each loss, and the evaluation of a few questions with each number of
    /// shots.
    static func measure(
        _ settings: SweepSettings, _ questions: SweepQuestions, _ session: ModelSession,
        report: @escaping (RunEvent) throws -> Void
    ) throws -> Measurement {
        var perToken: [Bool: Double] = [:]
        for family in settings.grid.families where perToken[!family.weights.isEmpty] == nil {
            var steps: [StepReport] = []
            let cell = family.cell(family.candidates[0], seed: settings.grid.seeds[0])
            var training = try settings.training(of: cell)
            training.config.maxSteps = measuredSteps
            training.config.noEval = true
            training.config.checkpoints.evalEvery = nil
            training.config.checkpoints.checkpointEvery = 0
            let run = Run(
                model: settings.model, evaluation: try settings.evaluation, session: session
            ) { event in
                if case .step(let step, _) = event { steps.append(step) }
                try report(event)
            }
            try TemporaryFolder.with {
                _ = try run.train(training, into: RunDirectory(making: $0))
            }
            perToken[!family.weights.isEmpty] = steps.map { $0.seconds / Double($0.tokenCount) }
                .min()
        }
        try session.loaded().decoder.removeAdapters()
        let evaluation = try settings.evaluation
        var perQuestion: [Int: Double] = [:]
        let groups = questions.parts.first?.groups ?? []
        for shots in Set(groups.map(\.shotCount)) {
            perQuestion[shots] = try seconds(
                of: groups.filter { $0.shotCount == shots }, evaluation, session, report)
        }
        var choosing = evaluation
        let keeping = try settings.checkpoints
        if keeping?.evalAnswers == .greedy { choosing.config.generation.sampler.temperature = 0 }
        let validation =
            keeping?.evalQuestions == .reported
            ? [] : questions.parts.first?.validation?.groups ?? []
        return Measurement(
            secondsPerToken: perToken, secondsPerQuestion: perQuestion,
            secondsPerSelectionQuestion: try validation.isEmpty
                ? 0 : seconds(of: validation, choosing, session, report))
    }

    /// Answer lengths, in tokens, between which time is assumed to grow linearly, where no answer
    /// ends by itself.
    static let measuredAnswers = (short: 8, long: 40)

    /// Seconds per question, from the first few of the largest subject.
    ///
    /// Generations of random weights never end. For those, two short lengths are measured and the
    /// rest is extrapolated linearly.
    private static func seconds(
        of groups: [PromptGroup], _ settings: EvaluationSettings, _ session: ModelSession,
        _ report: (RunEvent) throws -> Void
    ) throws -> Double {
        let (short, long) = measuredAnswers
        let longest = settings.generation.maxNewTokens
        guard session.model.shape != nil, settings.scoring == .generate, longest > long else {
            return try measuredSeconds(of: groups, settings, session, report)
        }
        var cut = settings
        cut.config.generation.maxNewTokens = short
        let shortSeconds = try measuredSeconds(of: groups, cut, session, report)
        cut.config.generation.maxNewTokens = long
        let longSeconds = try measuredSeconds(of: groups, cut, session, report)
        return wholeSeconds(short: shortSeconds, long: longSeconds, longest: longest)
    }

    /// The estimated time of answers of `longest` tokens, from the times of `measuredAnswers`.
    static func wholeSeconds(short: Double, long: Double, longest: Int) -> Double {
        let tokens = measuredAnswers
        let perToken = max(0, long - short) / Double(tokens.long - tokens.short)
        return short + perToken * Double(longest - tokens.short)
    }

    private static func measuredSeconds(
        of groups: [PromptGroup], _ settings: EvaluationSettings, _ session: ModelSession,
        _ report: (RunEvent) throws -> Void
    ) throws -> Double {
        guard let group = groups.max(by: { $0.questions.count < $1.questions.count }) else {
            return 0
        }
        let count = min(measuredQuestions, group.questions.count)
        let others = group.questions.dropFirst(count).flatMap { item in
            (0..<settings.repeats).map {
                AnswerID(
                    question: item.question.id, shots: group.shotCount, repetition: $0)
            }
        }
        let clock = ContinuousClock()
        let start = clock.now
        let texts = group.repetitions?.count ?? settings.repeats
        let total = count * texts
        var answered = 0
        try withoutGradient {
            let loaded = try session.loaded()
            var evaluator = Evaluator(
                decoder: loaded.decoder, tokenizer: try session.tokenizer(),
                preset: settings.prompt)
            evaluator.maxTokensPerMicroBatch = settings.batchTokens
            evaluator.answered = Set(others)
            try evaluator.evaluate(
                [group], settings, endTokens: loaded.endTokens,
                watch: { try report(.answered(.base, answered, of: total, writing: $0)) }
            ) {
                answered += $0.count
                try report(.answered(.base, answered, of: total))
            }
        }
        // A question's further repeats are separate groups.
        return (clock.now - start) / .seconds(1) / Double(count)
            * Double(settings.repeats) / Double(texts)
    }
}

extension Sweep {
    /// Plans a sweep: its work, from the tokens that it will read, and measured times of a part.
    ///
    /// Nothing is written.
    ///
    /// - Parameters:
    ///   - measures: whether steps and evaluations are measured, so that the plan has times
    ///   - interruption: is called regularly; an error that it throws ends the planning
    public static func plan(
        _ settings: SweepSettings, measures: Bool = true,
        interruption: () throws -> Void, report: @escaping (RunEvent) throws -> Void
    ) throws -> (plan: SweepPlan, measurement: SweepPlan.Measurement?) {
        let session = ModelSession(settings.model)
        let questions = try SweepQuestions(settings, session, report: report)
        return (
            try SweepPlan(settings, questions, session, interruption: interruption),
            measures
                ? try SweepPlan.measure(settings, questions, session, report: report) : nil
        )
    }
}
