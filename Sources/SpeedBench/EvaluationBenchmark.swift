import Basics
import Benchmarks
import Evaluation
import Statistics
import Torch
import Transformer

/// Measures the seconds of an evaluation, and of its matrix products alone.
public struct EvaluationBenchmark: Sendable {
    public struct Settings: Sendable {
        public var subjectCount = 4
        /// Questions in each subject.
        public var questionCount = 10
        /// Tokens of the prefix that the questions of a subject share.
        public var prefixLength = 810
        /// Tokens of a question, without the prefix.
        public var lengths = 80...190
        /// Tokens of every generation; nil scores letters.
        public var newTokens: Int?
        /// Generations for each question.
        public var repeats = 1
        /// Measured rounds, after one warm-up round.
        public var rounds = 3
        /// Tokens of a forward pass; nil is planned.
        public var passTokens: Int?
        public var seed = 0

        public init() {}
    }

    /// One round: the floor, and the evaluation of all questions.
    public struct Round: Sendable {
        public let floorSeconds: Double
        public let seconds: Double
    }

    public let rounds: [Round]
    public let questionCount: Int
    /// Tokens of all prompts, each counted in full.
    public let promptTokenCount: Int
    /// Tokens of all prompts, with shared prefixes counted once.
    public let computedTokenCount: Int
    /// Tokens of all generations.
    public let newTokenCount: Int
    /// Generations in progress at one time.
    public let leafLimit: Int
    /// Floating-point operations of the floor's products.
    public let operationCount: Double
    public let weightBytes: Int
    /// Bytes of the KV cache of all sequences in flight.
    public let cacheBytes: Int
    /// Peak bytes during the run, weights included: of the process, or of tensors on a CUDA device.
    public let peakBytes: Int
    /// Log-probabilities of the letters' tokens after each question, in the last round.
    public let logprobs: [[Float]]

    /// - Parameters:
    ///   - groups: prompts to evaluate, in place of drawn prompts
    ///   - letters: four tokens to score
    public static func run(
        _ decoder: Decoder, _ settings: Settings, groups: [PromptGroup]? = nil,
        letters: [Int32] = [0, 1, 2, 3]
    ) throws -> EvaluationBenchmark {
        let vocabulary = decoder.configuration.vocabularySize
        let groups = groups ?? drawn(settings, vocabulary)
        let questions = groups.reduce(0) { $0 + $1.questions.count }
        let texts = questions * settings.repeats
        let tokens = groups.reduce(0) { $0 + $1.tokenCount }
        let memory = try EvaluationMemory(decoder, passTokens: settings.passTokens)
        let perToken = KVCache.bytesPerToken(decoder.configuration, dtype: decoder.dtype)
        var generation = GenerationSettings()
        generation.repeats = settings.repeats
        generation.maxNewTokens = settings.newTokens ?? 0
        let budget = KVCacheBudget(
            groups, generation, cacheBytes: memory.cacheBytes, bytesPerToken: perToken,
            promptTokens: memory.passTokens)
        // A generation's first token comes from its prompt; each further token takes a decoding
        // step.
        var floors = [
            (try MatmulRoofline(decoder, tokens: tokens, outputRows: questions, learns: false), 1.0)
        ]
        if let new = settings.newTokens {
            let width = min(budget.leafLimit, texts)
            floors.append(
                (
                    try MatmulRoofline(decoder, tokens: width, outputRows: width, learns: false),
                    Double((new - 1) * texts) / Double(width)
                ))
        }
        func floorSeconds() throws -> Double {
            try floors.reduce(0) { sum, part in try sum + part.0.seconds() * part.1 }
        }
        var logprobs: [[Float]] = []
        func evaluate() throws {
            if settings.newTokens != nil {
                try generate(decoder, groups, generation, budget)
            } else {
                logprobs = try score(decoder, groups, letters, passTokens: memory.passTokens)
            }
        }
        let device = decoder.device
        let clock = ContinuousClock()
        var rounds: [Round] = []
        try evaluate()
        // The floor's own tensors do not count.
        if device == .cpu { try ProcessMemory.resetPeak() } else { try device.resetPeakMemory() }
        try evaluate()
        let peak =
            device == .cpu
            ? try ProcessMemory.peakResidentBytes() : try device.memory().peakBytes
        for _ in 0..<settings.rounds {
            let floor = try floorSeconds()
            let start = clock.now
            try evaluate()
            try device.synchronize()
            rounds.append(
                Round(floorSeconds: floor, seconds: (clock.now - start) / .seconds(1)))
        }
        let batches = PromptBatch.cut(groups, budget: memory.passTokens)
        return EvaluationBenchmark(
            rounds: rounds, questionCount: questions,
            promptTokenCount: groups.reduce(0) {
                $0 + $1.tokenCount + $1.prefix.count * ($1.questions.count - 1)
            },
            computedTokenCount: tokens, newTokenCount: texts * (settings.newTokens ?? 0),
            leafLimit: settings.newTokens == nil ? 0 : min(budget.leafLimit, texts),
            operationCount: floors.reduce(0) { $0 + $1.0.operationCount * $1.1 },
            weightBytes: decoder.weights.reduce(0) {
                $0 + $1.tensor.elementCount * $1.tensor.dtype.byteCount
            },
            cacheBytes: perToken
                * (settings.newTokens == nil
                    ? PromptForest.capacity(groups, batches) : budget.cacheTokens),
            peakBytes: peak, logprobs: logprobs)
    }

    private static func score(
        _ decoder: Decoder, _ groups: [PromptGroup], _ letters: [Int32], passTokens: Int
    ) throws -> [[Float]] {
        var found: [[Float]] = []
        try LetterScoring(decoder: decoder, groups: groups, passTokens: passTokens)
            .run(letters) { _, logprobs in
                found += stride(from: 0, to: logprobs.count, by: letters.count).map {
                    Array(logprobs[$0..<$0 + letters.count])
                }
            }
        return found
    }

    /// No generation ends by itself, so that every round makes as many tokens.
    private static func generate(
        _ decoder: Decoder, _ groups: [PromptGroup], _ settings: GenerationSettings,
        _ budget: KVCacheBudget
    ) throws {
        let jobs = groups.enumerated().flatMap { number, group in
            group.questions.indices.map { index in
                ContinuousBatchGenerator.Job(
                    group: number, question: index,
                    generators: (0..<settings.repeats).map {
                        ($0, SeededGenerator(seed: 0, for: ["\(number)", "\(index)", "\($0)"]))
                    })
            }
        }
        let generator = ContinuousBatchGenerator(
            decoder: decoder, groups: groups, settings: settings, budget: budget,
            vocabularySize: decoder.configuration.vocabularySize)
        try generator.run(jobs) { _ in }
    }

    private static func drawn(_ settings: Settings, _ vocabulary: Int) -> [PromptGroup] {
        var random = SeededGenerator(seed: settings.seed, for: ["bench", "eval"])
        func tokens(_ count: Int) -> [Int32] {
            (0..<count).map { _ in Int32.random(in: 0..<Int32(vocabulary), using: &random) }
        }
        return (0..<settings.subjectCount).map { subject in
            PromptGroup(
                prefix: tokens(settings.prefixLength),
                suffixes: (0..<settings.questionCount).map { _ in
                    tokens(Int.random(in: settings.lengths, using: &random))
                }, from: subject * settings.questionCount)
        }
    }

    /// The median over the rounds.
    public func median(_ value: (Round) -> Double) -> Double { rounds.map(value).median }
}
