import Basics
import Benchmarks
import Scoring
import Torch
import Transformer

extension Evaluator {
    /// Answers by generating texts and parsing a letter from each.
    ///
    /// The random numbers of a generation depend only on the seed, its question, shots and repeat.
    /// So a generation is the same alone and in any batch on the CPU. On CUDA, cuBLAS rounds by the
    /// number of rows.
    ///
    /// - Parameters:
    ///   - watch: receives the generations in progress before each decoding step, as long ones of a
    ///     large model take minutes; an error that it throws ends the evaluation
    ///   - report: receives answers as they come, in the order of the questions; an error that it
    ///     throws ends the evaluation
    public func answerByGenerating(
        _ groups: [PromptGroup], _ settings: GenerationSettings,
        watch: (GenerationProgress) throws -> Void = { _ in }, report: ([Answer]) throws -> Void
    ) throws {
        let jobs = jobs(groups, settings)
        let generator = ContinuousBatchGenerator(
            decoder: decoder, groups: groups, settings: settings,
            budget: try cacheBudget(groups, settings), vocabularySize: tokenizer.vocabularySize,
            stops: StopTexts(settings.stopTexts, tokenizer))
        /// Generations of jobs that wait for an earlier job, by job.
        var waiting: [Int: [Answer]] = [:]
        var next = 0
        try generator.run(jobs, watch: watch) { text in
            let job = jobs[text.job]
            let group = groups[job.group]
            let question = group.questions[job.question].question
            let words = try tokenizer.decode(text.tokens)
            let opening = try thinkOpening(of: group, question: job.question)
            waiting[text.job, default: []].append(
                Answer(
                    question: question.id, questionHash: group.hashes[job.question],
                    shots: group.shotCount, repetition: text.repetition, answer: question.answer,
                    chosen: preset.letter(in: opening + words), evidence: .text(words)))
            while next < jobs.count, let done = waiting[next],
                done.count == jobs[next].generators.count
            {
                waiting[next] = nil
                next += 1
                try report(done.sorted { $0.repetition < $1.repetition })
            }
        }
    }

    /// The marker of a think block that a question's prompt ends in, as the templates of some
    /// reasoning models do; empty where there is none.
    ///
    /// The generation after it begins inside the block.
    func thinkOpening(of group: PromptGroup, question: Int) throws -> String {
        let longest = 32
        let tokens = group.prefix.suffix(longest) + group.questions[question].suffix
        return ThinkBlocks.opening(atEndOf: try tokenizer.decode(Array(tokens.suffix(longest))))
            ?? ""
    }

    /// A job for each question with an answer that is still missing.
    private func jobs(
        _ groups: [PromptGroup], _ settings: GenerationSettings
    ) -> [ContinuousBatchGenerator.Job] {
        groups.enumerated().flatMap { place, group in
            group.questions.enumerated().compactMap { index, item in
                let shots = group.shotCount
                let wanted = group.repetitions ?? 0..<settings.effectiveRepeats
                let open = wanted.filter {
                    !answered.contains(
                        AnswerID(question: item.question.id, shots: shots, repetition: $0))
                }
                guard !open.isEmpty else { return nil }
                return ContinuousBatchGenerator.Job(
                    group: place, question: index,
                    generators: open.map {
                        ($0, generator(item.question, shots, $0, settings.seed))
                    })
            }
        }
    }

    /// The random number generator of one generation.
    func generator(
        _ question: Question, _ shots: Int, _ repetition: Int, _ seed: Int
    ) -> SeededGenerator {
        SeededGenerator(
            seed: UInt64(bitPattern: Int64(seed)),
            for: [
                "answer", question.id.subject, question.id.split.rawValue, "\(question.id.row)",
                "\(shots)", "\(repetition)",
            ])
    }
}
