import Torch
import Transformer

/// Which prompts stand in a growing forest: a group's prefix while questions of it are open, a
/// question while texts grow behind it.
struct DecodeScheduler {
    /// A job that got room.
    struct Taken {
        let job: Int
        /// Where it is the first of its group to need it.
        let newPrefix: ForestKVCache.Segment?
        let prompt: ForestKVCache.Segment
        /// One for each of the job's texts.
        let texts: [ForestKVCache.Segment]
    }

    private let forest: ForestKVCache
    private let jobs: [ContinuousBatchGenerator.Job]
    private let groups: [PromptGroup]
    private let settings: GenerationSettings
    private var prefixes: [Int: ForestKVCache.Segment] = [:]
    /// Jobs of a group that are not done, by group.
    private var openJobs: [Int: Int] = [:]
    /// Prompts with the number of texts that still grow behind them, by job.
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

    /// Gives room to the next jobs, as many as fit.
    ///
    /// - Parameters:
    ///   - leafLimit: texts that may begin; the first job may exceed it where nothing grows
    ///   - tokenLimit: tokens that the pass may compute; the first job may exceed it
    ///   - hasLeaves: whether texts grow that will give room back
    /// - Throws: `TorchError` where the first job has no room though nothing grows.
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
                    "no room is left for a prompt and its texts; ask with a smaller --max-new-tokens"
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

    /// Gives back the room of a text that has ended, and of what stands behind nothing any more.
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
