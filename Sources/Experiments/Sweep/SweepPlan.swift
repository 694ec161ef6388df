import Evaluation
import Foundation
import Torch
import Training
import Transformer

/// The work of a sweep, counted before it begins from its inputs.
public struct SweepPlan: Sendable {
    /// The trainings of one group, a row of the table.
    public struct Family: Sendable {
        public let name: String
        /// Trainings for selection and for the report.
        public let trainingCount: Int
        /// Steps of one training.
        public let stepCount: Int
        /// Tokens that one training reads, by the first seed; there is no padding.
        public let tokenCount: Int
        /// Rows with a target, among these tokens.
        public let targetCount: Int
        public let hasFewShotLoss: Bool
        /// Whether tokens are counted over some of the steps and scaled to all.
        public let isScaled: Bool
    }

    /// The evaluation of one model with a number of shots.
    public struct Evaluation: Sendable {
        public let shots: Int
        public let questionCount: Int
        public let repeatCount: Int
        /// Prompt tokens that are computed; shared prefixes count once.
        public let promptTokenCount: Int
        /// The maximum number of tokens in all answers; 0 where nothing is generated.
        public let newTokenCount: Int
    }

    /// The number of cells, including the base model.
    public let cellCount: Int
    public let families: [Family]
    /// The number of models that are evaluated on the reported questions, including the base model.
    public let reportedCount: Int
    public let reported: [Evaluation]
    /// The number of evaluations during training, over all trainings.
    public let watchedCount: Int
    /// The evaluation that each of them makes, by number of shots; empty where there is none.
    public let watched: [Evaluation]
    /// Whether they use the reported questions, and not a validation sample.
    public let watchesReported: Bool
    public let parameterCount: Int
    /// Parameters that every token uses: all but the embedding's.
    public let layerParameterCount: Int
    public let headParameterCount: Int
    public let weightBytes: Int
    public let bytesPerElement: Int
    /// Whether layers are recomputed, or whether memory decides.
    public let activationCheckpointing: ActivationCheckpointing
    /// The memory that a step needs besides the weights.
    ///
    /// It is the maximum over all groups, each with its first setting and the largest of sixteen
    /// steps.
    public let memory: StepMemory
    /// The approximate bytes of the sweep's folder.
    public let diskBytes: Int

    /// Whether layers are recomputed on this machine.
    public var recomputes: Bool { activationCheckpointing.recomputes(memory) }
    /// Bytes that a step needs besides the weights on this machine.
    public var stepBytes: Int { recomputes ? memory.recomputedBytes : memory.keptBytes }

    public var trainingCount: Int { families.reduce(0) { $0 + $1.trainingCount } }
    public var stepCount: Int { families.reduce(0) { $0 + $1.trainingCount * $1.stepCount } }
    public var tokenCount: Int { families.reduce(0) { $0 + $1.trainingCount * $1.tokenCount } }
}

extension SweepPlan {
    /// - Parameter interruption: is called regularly; an error that it throws ends the counting
    init(
        _ settings: SweepSettings, _ questions: SweepQuestions, _ session: ModelSession,
        interruption: () throws -> Void
    ) throws {
        let grid = settings.grid
        let evaluation = try settings.evaluation
        let run = Run(model: settings.model, evaluation: evaluation, session: session) { _ in }
        let decoder = try session.loaded().decoder
        var families: [Family] = []
        var memory: StepMemory?
        for family in grid.families {
            try interruption()
            let size = try Self.stepMemory(family, settings, run, decoder)
            if size.keptBytes > memory?.keptBytes ?? -1 { memory = size }
            // A winner's first seed is trained already.
            let count =
                settings.selects
                ? family.candidates.count + grid.seeds.count - 1
                : family.candidates.count * grid.seeds.count
            families.append(try Family(family, settings, run, trainingCount: count))
        }
        let winners =
            settings.selects
            ? families.count * grid.seeds.count : families.reduce(0) { $0 + $1.trainingCount }
        self.families = families
        self.memory = try memory ?? StepMemory(decoder, tokens: 0, labels: 0)
        cellCount = TrialSlot.all(of: settings).count
        let reportedCount = 1 + winners
        self.reportedCount = reportedCount
        let part = questions.parts.first
        let reported = Set(part?.groups.map(\.shotCount) ?? []).sorted().map { shots in
            Evaluation(
                part?.groups.filter { $0.shotCount == shots } ?? [], shots: shots, evaluation)
        }
        self.reported = reported
        let keeping = try settings.checkpoints
        watchesReported = keeping?.evalQuestions == .reported
        let isGreedy = !watchesReported && keeping?.evalAnswers != .sampled
        watched =
            part?.validation.map(\.groups).map { groups in
                Set(groups.map(\.shotCount)).sorted().map { shots in
                    Evaluation(
                        groups.filter { $0.shotCount == shots }, shots: shots, evaluation,
                        repeats: isGreedy ? 1 : nil)
                }
            } ?? []
        watchedCount = try zip(grid.families, families).reduce(0) { total, pair in
            let (family, counted) = pair
            let every = try settings.training(
                of: family.cell(family.candidates[0], seed: grid.seeds[0]),
                stepCount: counted.stepCount
            ).checkpoints.evalEvery
            return total
                + (every.map { (counted.stepCount + $0 - 1) / $0 } ?? 0) * counted.trainingCount
        }
        let elements = decoder.weights.map { ($0.name, $0.tensor.elementCount) }
        let shape = decoder.configuration
        parameterCount = elements.reduce(0) { $0 + $1.1 }
        headParameterCount = shape.vocabularySize * shape.width
        layerParameterCount =
            parameterCount - headParameterCount * (shape.tiesEmbeddings ? 1 : 2)
        bytesPerElement = decoder.dtype.byteCount
        activationCheckpointing =
            try settings.cells.first.map {
                try settings.training(of: $0).activationCheckpointing
            } ?? .auto
        weightBytes = parameterCount * bytesPerElement
        let answers = reported.reduce(0) { $0 + $1.questionCount * $1.repeatCount }
        let adapters = try grid.families.reduce(0) { total, family in
            let bytes =
                try 4
                * shape.parameterCount(
                    of: settings.training(
                        of: family.cell(family.candidates[0], seed: grid.seeds[0])
                    ).adapter)
            let count = families.first { $0.name == family.name }?.trainingCount ?? 0
            // The adapter; and in the checkpoint, the adapter again and the optimiser's two
            // moments.
            return total + 4 * bytes * count
        }
        diskBytes =
            adapters
            + families.reduce(0) { $0 + $1.trainingCount * $1.stepCount } * Self.bytesPerStep
            + (2 * reportedCount - 1) * answers * Self.bytesPerAnswer
    }

    /// The memory of a step in a group's training, with its first setting and seed.
    private static func stepMemory(
        _ family: SweepGroup, _ settings: SweepSettings, _ run: Run, _ decoder: Decoder
    ) throws -> StepMemory {
        let training = try settings.training(
            of: family.cell(family.candidates[0], seed: settings.grid.seeds[0]))
        try run.attachAdapter(training, decoder)
        defer { decoder.removeAdapters() }
        return try TrainingSteps(
            training, run.trainingSet(training),
            maxTokensPerMicroBatch: run.evaluation.batchTokens
        )
        .memory(decoder)
    }

    /// Bytes of a line of metrics.jsonl and its events; bytes of a line of answers.jsonl without
    /// its text.
    private static let bytesPerStep = 600
    private static let bytesPerAnswer = 320
}

extension SweepPlan.Family {
    /// The maximum number of steps whose tokens are counted.
    private static let countedSteps = 128

    fileprivate init(
        _ family: SweepGroup, _ settings: SweepSettings, _ run: Run, trainingCount: Int
    ) throws {
        let cell = family.cell(family.candidates[0], seed: settings.grid.seeds[0])
        let training = try settings.training(of: cell)
        let set = try run.trainingSet(training)
        let steps = TrainingSteps(training, set, maxTokensPerMicroBatch: run.evaluation.batchTokens)
        let count = steps.stepCount
        let isFewShot = !family.weights.isEmpty
        // Every step's questions are counted. Demonstrations are drawn and tokenised, so only some
        // steps count.
        let stride = isFewShot ? max(1, count / Self.countedSteps) : 1
        var tokens = 0
        var targets = 0
        var seen = 0
        for step in Swift.stride(from: 0, to: count, by: stride) {
            let input = try steps.input(step)
            let trees = input.zeroShot + input.fewShot
            tokens += trees.reduce(0) { $0 + $1.tokenCount }
            targets += trees.reduce(0) { $0 + Set(PackedForest.packing([$1]).1.rows).count }
            seen += 1
        }
        name = family.name
        self.trainingCount = trainingCount
        stepCount = count
        hasFewShotLoss = isFewShot
        isScaled = seen < count
        tokenCount = isScaled ? tokens * count / max(1, seen) : tokens
        targetCount = isScaled ? targets * count / max(1, seen) : targets
    }
}

extension SweepPlan.Evaluation {
    fileprivate init(
        _ groups: [PromptGroup], shots: Int, _ settings: EvaluationSettings, repeats: Int? = nil
    ) {
        self.shots = shots
        let places = Set(groups.flatMap { $0.questions.map(\.question.id) })
        questionCount = places.count
        repeatCount = repeats ?? settings.repeats
        promptTokenCount = groups.reduce(0) { total, group in
            total + group.prefix.count + group.questions.reduce(0) { $0 + $1.suffix.count }
        }
        newTokenCount =
            settings.scoring == .generate
            ? questionCount * repeatCount * settings.generation.maxNewTokens : 0
    }
}
