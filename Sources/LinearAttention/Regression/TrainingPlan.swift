import Dispatch
import Synchronization

/// Training jobs that run in parallel on the machine's cores.
public struct TrainingPlan: Sendable {
    let jobs: [TrainingJob]
    let models: TrainingCache

    /// Iterations of all jobs.
    public var iterationCount: Int { jobs.reduce(0) { $0 + $1.iterationCount } }

    /// - Parameters:
    ///   - stopsAtFailure: whether a training with a number that is not finite ends all others
    ///   - report: called with the number of iterations done; called on any thread, one call at a
    ///     time; may throw to stop
    /// - Throws: errors of `report`. A training with a number that is not finite is recorded as
    ///   failed.
    public func run(
        stopsAtFailure: Bool = false, report: @Sendable (_ done: Int) throws -> Void
    ) throws {
        // The longest jobs come first, so that the cores finish together.
        let jobs = jobs.sorted { $0.work > $1.work }
        let total = iterationCount
        let count = Mutex(0)
        let failure = Mutex<(any Error)?>(nil)
        let isStopped = Atomic(false)
        DispatchQueue.concurrentPerform(iterations: jobs.count) { index in
            do {
                let isWhole = try jobs[index].run(into: models) {
                    if isStopped.load(ordering: .relaxed) { throw CancellationError() }
                    try count.withLock { count in
                        count += 1
                        if count % 20 == 0 || count == total { try report(count) }
                    }
                }
                if !isWhole, stopsAtFailure { isStopped.store(true, ordering: .relaxed) }
            } catch {
                isStopped.store(true, ordering: .relaxed)
                if error is CancellationError { return }
                failure.withLock { $0 = $0 ?? error }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }
}

/// One pretraining and all its fine-tunings, which share their initial weights and prompts.
struct TrainingJob: Sendable {
    private let study: RegressionExperiment
    private let key: TrainingCache.Pretraining
    private let pretrained: AttentionModel?
    /// Fine-tunings by their task and shots, each once.
    private var groups: [(setup: RegressionSetup, tunings: [FineTuning])] = []

    /// - Parameter pretrained: the pretrained model where it already exists
    init(
        _ study: RegressionExperiment, _ key: TrainingCache.Pretraining, pretrained: AttentionModel?
    ) {
        self.study = study
        self.key = key
        self.pretrained = pretrained
    }

    mutating func add(_ tunings: [FineTuning], _ setup: RegressionSetup) {
        guard !tunings.isEmpty else { return }
        let index =
            groups.firstIndex {
                $0.setup.task == setup.task && $0.setup.shots == setup.shots
                    && $0.setup.pairCount == setup.pairCount
            }
            ?? groups.count
        if index == groups.count { groups.append((setup, [])) }
        groups[index].tunings += tunings.filter { !groups[index].tunings.contains($0) }
    }

    private var pretrainingCount: Int {
        if case .random = study.start, pretrained == nil {
            study.pretraining.iterationCount
        } else {
            0
        }
    }

    var iterationCount: Int {
        groups.reduce(pretrainingCount) { sum, group in
            sum + (group.tunings.map(\.recipe.iterationCount).max() ?? 0)
        }
    }

    /// A rough estimate of the time, for ordering: drawing an iteration's prompts costs about as
    /// much as ten gradients of one head.
    var work: Int {
        groups.reduce(12 * pretrainingCount) { sum, group in
            let models = 10 + 2 * group.tunings.count * study.design.headCount
            return sum + models * (group.tunings.map(\.recipe.iterationCount).max() ?? 0)
        }
    }

    /// - Parameter report: called after every iteration; may throw to stop
    /// - Returns: whether all models' numbers stayed finite
    func run(into models: TrainingCache, report: () throws -> Void) throws -> Bool {
        let start: AttentionModel
        if let pretrained {
            start = pretrained
        } else {
            let outcome = try study.pretrained(seed: key.seed, report: report)
            models.keep(outcome, of: key)
            guard case .success(let model) = outcome else { return false }
            start = model
        }
        var isWhole = true
        for (setup, tunings) in groups {
            var tracks = tunings.map { tuning in
                TrainingTrack(
                    start, tuning.recipe, target: tuning.target,
                    isAnnealed: tuning.objective == .withFewShot && tuning.annealing == .linear
                ) { [1, tuning.weight(at: $0)] }
            }
            try TrainingLoop.run(
                &tracks, .fineTuning(setup, seed: key.seed), seed: key.seed, report: report)
            for (tuning, track) in zip(tunings, tracks) {
                let outcome = track.outcome
                models.keep(
                    outcome.map { .init(model: $0, iterations: track.iteration) },
                    of: TrainingCache.Tuning(key, setup, tuning))
                if case .failure = outcome { isWhole = false }
            }
        }
        return isWhole
    }
}
