import Synchronization

/// Models trained in this process; a training that several studies need is done once.
///
/// The prompts of a seed are functions of seed, purpose and iteration alone, so a model does not
/// depend on the other trained models. A cached model is bit for bit equal to one trained again.
public final class TrainingCache: Sendable {
    /// The key of a pretrained model: all that determines its numbers.
    struct Pretraining: Hashable, Sendable {
        let problem: RegressionProblem
        let prior: TaskPrior
        let context: Int
        let design: AttentionDesign
        let start: RegressionExperiment.Start
        let recipe: TrainingRecipe
        let seed: UInt64

        init(_ study: RegressionExperiment, seed: UInt64) {
            problem = study.setup.problem
            prior = study.setup.prior
            context = study.setup.context
            design = study.design
            start = study.start
            recipe = study.pretraining
            self.seed = seed
        }
    }

    /// The key of a fine-tuned model: all that determines its numbers.
    struct Tuning: Hashable, Sendable {
        let pretraining: Pretraining
        let task: Vector
        let shots: Int
        let pairCount: Int?
        let tuning: FineTuning

        init(_ pretraining: Pretraining, _ setup: RegressionSetup, _ tuning: FineTuning) {
            self.pretraining = pretraining
            task = setup.task
            shots = setup.shots
            pairCount = setup.pairCount
            self.tuning = tuning
        }
    }

    struct TunedModel: Sendable {
        let model: AttentionModel
        /// The number of iterations.
        let iterations: Int
    }

    /// A model, or why there is none.
    typealias Outcome<Model> = Result<Model, LinearAttentionError>

    private struct Storage {
        var pretrained: [Pretraining: Outcome<AttentionModel>] = [:]
        var tuned: [Tuning: Outcome<TunedModel>] = [:]
    }

    private let storage = Mutex(Storage())

    public init() {}

    /// The results of the studies, one for each.
    ///
    /// - Parameter run: runs the plan of the missing trainings; not called where none is missing
    /// - Returns: a failure where a number in a training is no longer finite
    /// - Throws: what `run` throws
    public func results(
        of studies: [RegressionExperiment], run: (TrainingPlan) throws -> Void
    ) throws -> [Result<RegressionResults, LinearAttentionError>] {
        let plan = plan(for: studies)
        if !plan.jobs.isEmpty { try run(plan) }
        return studies.map(gathered)
    }

    /// One job for each pretraining of a seed that the studies share, with all missing trainings.
    private func plan(for studies: [RegressionExperiment]) -> TrainingPlan {
        var jobs: [TrainingJob] = []
        var indices: [Pretraining: Int] = [:]
        for study in studies {
            for seed in study.seeds {
                let pretraining = Pretraining(study, seed: seed)
                let known = pretrained(pretraining)
                if case .failure = known { continue }
                let missing = study.fineTunings.filter {
                    tuned(Tuning(pretraining, study.setup, $0)) == nil
                }
                if known != nil, missing.isEmpty { continue }
                let start = try? known?.get()
                let index = indices[pretraining] ?? jobs.count
                if index == jobs.count {
                    indices[pretraining] = index
                    jobs.append(TrainingJob(study, pretraining, pretrained: start))
                }
                jobs[index].add(missing, study.setup)
            }
        }
        return TrainingPlan(jobs: jobs, models: self)
    }

    func pretrained(_ key: Pretraining) -> Outcome<AttentionModel>? {
        storage.withLock { $0.pretrained[key] }
    }

    func tuned(_ key: Tuning) -> Outcome<TunedModel>? { storage.withLock { $0.tuned[key] } }

    func keep(_ outcome: Outcome<AttentionModel>, of key: Pretraining) {
        storage.withLock { $0.pretrained[key] = outcome }
    }

    func keep(_ outcome: Outcome<TunedModel>, of key: Tuning) {
        storage.withLock { $0.tuned[key] = outcome }
    }

    /// The first failure in the order of seeds, or else all models.
    private func gathered(
        _ study: RegressionExperiment
    ) -> Result<RegressionResults, LinearAttentionError> {
        var models: [SeedModels] = []
        for seed in study.seeds {
            let pretraining = Pretraining(study, seed: seed)
            let tuned = study.fineTunings.map {
                self.tuned(Tuning(pretraining, study.setup, $0))
            }
            switch pretrained(pretraining) {
            case .failure(let error): return .failure(error)
            case .success(let model):
                var seedModels = SeedModels(pretrained: model)
                for outcome in tuned {
                    switch outcome {
                    case .failure(let error): return .failure(error)
                    case .success(let model): seedModels.add(model)
                    case nil: continue
                    }
                }
                models.append(seedModels)
            case nil: continue
            }
        }
        precondition(
            models.count == study.seeds.count
                && models.allSatisfy { $0.fineTuned.count == study.fineTunings.count },
            "a plan of trainings that was not run to its end")
        return .success(RegressionResults(study: study, models: models))
    }
}

/// The results of one seed.
struct SeedModels: Sendable {
    let pretrained: AttentionModel
    /// In the study's order.
    private(set) var fineTuned: [AttentionModel] = []
    private(set) var iterations: [Int] = []

    init(pretrained: AttentionModel) { self.pretrained = pretrained }

    mutating func add(_ tuned: TrainingCache.TunedModel) {
        fineTuned.append(tuned.model)
        iterations.append(tuned.iterations)
    }
}
