import Basics
import Benchmarks
import Torch
import Transformer

/// The generations in progress at one time.
public struct GenerationProgress: Sendable, Equatable {
    public let count: Int
    /// Tokens of the longest generation so far.
    public let longest: Int
}

/// Generates texts for many prompts in a continuous batch: a finished one frees memory for the
/// next.
package struct ContinuousBatchGenerator {
    /// A question, by its position among the groups, and which of its generations are wanted.
    package struct Job {
        let group: Int
        let question: Int
        /// One random number generator for each repeat.
        let generators: [(repetition: Int, generator: SeededGenerator)]

        package init(
            group: Int, question: Int, generators: [(repetition: Int, generator: SeededGenerator)]
        ) {
            self.group = group
            self.question = question
            self.generators = generators
        }
    }

    /// A finished generation of a job.
    package struct Text {
        let job: Int
        let repetition: Int
        let tokens: [Int32]
    }

    private struct Leaf {
        let job: Int
        let repetition: Int
        let segment: ForestKVCache.Segment
        var generator: SeededGenerator
        var tokens: [Int32] = []
        /// Tokens in the prompt or the generation; kept only for a repetition penalty.
        var seen: Set<Int32>
    }

    let decoder: Decoder
    let groups: [PromptGroup]
    let settings: GenerationSettings
    let budget: KVCacheBudget
    /// Tokens that can be drawn.
    let vocabularySize: Int
    /// Stop texts; nil where there are none.
    var stops: StopTexts?

    package init(
        decoder: Decoder, groups: [PromptGroup], settings: GenerationSettings,
        budget: KVCacheBudget, vocabularySize: Int, stops: StopTexts? = nil
    ) {
        self.decoder = decoder
        self.groups = groups
        self.settings = settings
        self.budget = budget
        self.vocabularySize = vocabularySize
        self.stops = stops
    }

    /// - Parameters:
    ///   - watch: receives the generations in progress before each decoding step; an error that it
    ///     throws ends the generation
    ///   - finish: receives each generation when it ends; an error that it throws ends the
    ///     generation
    /// - Throws: `LogitsRefusal`, which names the question, before a token is drawn from logits
    ///   that are not finite.
    package func run(
        _ jobs: [Job], watch: (GenerationProgress) throws -> Void = { _ in },
        finish: (Text) throws -> Void
    ) throws {
        guard !jobs.isEmpty else { return }
        let forest = try ForestKVCache(capacity: budget.cacheTokens, decoder: decoder)
        var prompts = DecodeScheduler(
            forest: forest, jobs: jobs, groups: groups, settings: settings)
        /// Generations in progress, in the order of their jobs.
        var leaves: [Leaf] = []
        var next = 0

        /// Draws a token for each generation; keeps those that continue.
        func draw(_ drawing: [Leaf], _ logits: Tensor) throws -> [Leaf] {
            var generators = drawing.map(\.generator)
            let tokens = try settings.sampler.draw(
                logits, texts: drawing.map(\.seen), using: &generators)
            var kept: [Leaf] = []
            for (place, var leaf) in drawing.enumerated() {
                leaf.generator = generators[place]
                let isEnd = settings.endTokens.contains(tokens[place])
                if !isEnd {
                    leaf.tokens.append(tokens[place])
                    if keepsSeen { leaf.seen.insert(tokens[place]) }
                }
                let isStopped = try stops?.end(leaf.tokens) ?? false
                if !isEnd, !isStopped, leaf.tokens.count < settings.maxNewTokens {
                    kept.append(leaf)
                } else {
                    prompts.release(leaf.segment, of: leaf.job)
                    try finish(
                        Text(job: leaf.job, repetition: leaf.repetition, tokens: leaf.tokens))
                }
            }
            return kept
        }

        while next < jobs.count || !leaves.isEmpty {
            let longest = leaves.map(\.tokens.count).max() ?? 0
            try watch(GenerationProgress(count: leaves.count, longest: longest))
            let free = budget.leafLimit - leaves.count
            if next < jobs.count,
                leaves.isEmpty || free * 4 >= budget.leafLimit || free >= jobs.count - next
            {
                let taken = try prompts.admit(
                    from: next, leafLimit: max(free, leaves.isEmpty ? 1 : 0),
                    tokenLimit: budget.promptTokens, hasLeaves: !leaves.isEmpty)
                if !taken.isEmpty {
                    next += taken.count
                    leaves += try begin(taken, jobs, forest, draw)
                    continue
                }
            }
            let hidden = try forest.extend(
                leaves.map { ($0.segment, $0.tokens.suffix(1)) }, outputRows: Array(leaves.indices))
            leaves = try draw(leaves, logits(of: hidden) { name(of: jobs[leaves[$0].job]) })
        }
    }

    /// Prefill: computes prompts and draws the first token of each of their generations.
    private func begin(
        _ taken: [DecodeScheduler.Taken], _ jobs: [Job], _ forest: ForestKVCache,
        _ draw: ([Leaf], Tensor) throws -> [Leaf]
    ) throws -> [Leaf] {
        var runs: [(segment: ForestKVCache.Segment, tokens: [Int32])] = []
        var outputRows: [Int] = []
        var rows: [Int] = []
        var leaves: [Leaf] = []
        for one in taken {
            let job = jobs[one.job]
            let group = groups[job.group]
            if let prefix = one.newPrefix { runs.append((prefix, group.prefix)) }
            outputRows.append(runs.count)
            let suffix = group.questions[job.question].suffix
            runs.append((one.prompt, suffix))
            let seen = keepsSeen ? Set(group.prefix).union(suffix) : []
            for (text, wanted) in zip(one.texts, job.generators) {
                rows.append(outputRows.count - 1)
                leaves.append(
                    Leaf(
                        job: one.job, repetition: wanted.repetition, segment: text,
                        generator: wanted.generator, seen: seen))
            }
        }
        let logits = try logits(of: forest.extend(runs, outputRows: outputRows)) {
            name(of: jobs[taken[$0].job])
        }
        return try draw(leaves, logits.selecting(Tensor(rows).moved(to: logits.device)))
    }

    private var keepsSeen: Bool { settings.sampler.repetitionPenalty != 1 }

    /// Logits without the rows of the head that pad the vocabulary and are no tokens.
    ///
    /// - Parameter name: what messages call a row's question
    private func logits(of hidden: Tensor, naming name: (Int) -> String) throws -> Tensor {
        try withoutGradient {
            try decoder.finiteLogits(of: hidden, keeping: vocabularySize, naming: name)
        }
    }

    private func name(of job: Job) -> String { groups[job.group].name(of: job.question) }
}
