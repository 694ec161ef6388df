import Torch
import Transformer

/// Schedules prompts in the forest's KV cache.
///
/// A group's prefix stays while questions of the group are open. A question's prompt stays while
/// its generations are in progress.
struct DecodeScheduler {
    /// A job that got cache space.
    struct Taken {
        let job: Int
        /// The group's prefix, where this job is the first to need it.
        let newPrefix: ForestKVCache.Segment?
        let prompt: ForestKVCache.Segment
        /// One segment for each of the job's generations.
        let texts: [ForestKVCache.Segment]
    }

    private let forest: ForestKVCache
    private let jobs: [ContinuousBatchGenerator.Job]
    private let groups: [PromptGroup]
    private let settings: GenerationSettings
    private var prefixes: [Int: ForestKVCache.Segment] = [:]
    /// Jobs of a group that are not done, by group.
    private var openJobs: [Int: Int] = [:]
    /// Prompts with the number of their generations in progress, by job.
    private var prompts: [Int: (segment: ForestKVCache.Segment, texts: Int)] = [:]

    init(
        forest: ForestKVCache, jobs: [ContinuousBatchGenerator.Job], groups: [PromptGroup],
        settings: GenerationSettings
    ) {
        self.forest = forest
        self.jobs = jobs
        self.groups = groups
        self.settings = settings
        for job in jobs { openJobs[job.group, default: 0] += 1 }
    }

    /// Reserves cache space for the next jobs, as many as fit.
    ///
    /// - Parameters:
    ///   - leafLimit: generations that may begin; the first job may exceed it where none is in
    ///     progress
    ///   - tokenLimit: tokens that the forward pass may compute; the first job may exceed it
    ///   - hasLeaves: whether generations are in progress that will free cache space
    /// - Throws: `TorchError` where the first job does not fit though no generation is in progress.
    mutating func admit(
        from first: Int, leafLimit: Int, tokenLimit: Int, hasLeaves: Bool
    ) throws -> [Taken] {
        var taken: [Taken] = []
        var tokens = 0
        var leaves = 0
        for job in jobs.indices[first...] {
            let group = groups[jobs[job].group]
            let isForced = taken.isEmpty && !hasLeaves
            let cost =
                group.questions[jobs[job].question].suffix.count
                + (prefixes[jobs[job].group] == nil ? group.prefix.count : 0)
            guard
                isForced
                    || leaves + jobs[job].generators.count <= leafLimit
                        && (taken.isEmpty || tokens + cost <= tokenLimit),
                let one = take(job)
            else { break }
            taken.append(one)
            tokens += cost
            leaves += jobs[job].generators.count
        }
        guard !taken.isEmpty || hasLeaves else {
            throw TorchError(
                operation: "generation",
                message:
                    "the KV cache is too small for a prompt and its generations; use a smaller --max-new-tokens"
            )
        }
        return taken
    }

    private mutating func take(_ index: Int) -> Taken? {
        let job = jobs[index]
        let group = groups[job.group]
        var made: [ForestKVCache.Segment] = []
        func give(back segments: [ForestKVCache.Segment]) -> Taken? {
            for segment in segments.reversed() { forest.remove(segment) }
            return nil
        }
        var newPrefix: ForestKVCache.Segment?
        var parent = prefixes[job.group]
        if parent == nil, !group.prefix.isEmpty {
            guard let segment = forest.addPrompt(group.prefix.count) else { return nil }
            made.append(segment)
            newPrefix = segment
            parent = segment
        }
        let suffix = group.questions[job.question].suffix
        guard let prompt = forest.addPrompt(suffix.count, under: parent) else {
            return give(back: made)
        }
        made.append(prompt)
        var texts: [ForestKVCache.Segment] = []
        for _ in job.generators {
            guard
                let text = forest.addText(largestLength: settings.maxNewTokens, under: prompt)
            else { return give(back: made + texts) }
            texts.append(text)
        }
        if let newPrefix { prefixes[job.group] = newPrefix }
        prompts[index] = (prompt, texts.count)
        return Taken(job: index, newPrefix: newPrefix, prompt: prompt, texts: texts)
    }

    /// Frees the cache space of a finished generation, and of prompts that no generation needs any
    /// more.
    mutating func release(_ text: ForestKVCache.Segment, of job: Int) {
        forest.remove(text)
        guard var prompt = prompts[job] else { return }
        prompt.texts -= 1
        prompts[job] = prompt
        guard prompt.texts == 0 else { return }
        prompts[job] = nil
        forest.remove(prompt.segment)
        let group = jobs[job].group
        openJobs[group, default: 0] -= 1
        if openJobs[group] == 0, let prefix = prefixes.removeValue(forKey: group) {
            forest.remove(prefix)
        }
    }
}
