import Tracking

/// The accuracies by which a study's settings were chosen. Each candidate, trained with the
/// selection seed, has its accuracy on the selection sample, or none.
struct SettingChoices {
    struct Candidate {
        let run: RunEntry
        /// The accuracy; nil where the run has no answers.
        let accuracy: Double?
        /// Whether runs with these settings are reported.
        let isReported: Bool
    }

    struct Family {
        let name: String
        var candidates: [Candidate]
    }

    /// Without families where nothing was chosen.
    let families: [Family]

    /// - Parameter runs: all of the study's
    init(_ runs: [RunEntry], in store: Store) throws {
        var groups: [(study: String?, family: Family)] = []
        for run in runs where run.learningRate != nil {
            let accuracy = try store.measurements(of: run.id).first {
                $0.name == "selectionAccuracy"
            }
            // One that ended well without an accuracy comes from a store of an earlier version.
            guard accuracy != nil || run.role == "selection" && run.state != .finished else {
                continue
            }
            let name = run.family ?? ModelRuns.title(run)
            let candidate = Candidate(
                run: run, accuracy: accuracy?.value,
                isReported: runs.contains {
                    $0.role == "report" && $0.study == run.study && $0.family == run.family
                        && $0.learningRate == run.learningRate
                        && $0.fewShotWeight == run.fewShotWeight
                })
            if let index = groups.firstIndex(where: {
                $0.study == run.study && $0.family.name == name
            }) {
                groups[index].family.candidates.append(candidate)
            } else {
                groups.append((run.study, Family(name: name, candidates: [candidate])))
            }
        }
        // Winners were trained with further seeds, after the choice.
        let chooser = runs.first { $0.role == "selection" }?.seed
        families = groups.map { _, family in
            let seed = chooser ?? family.candidates.first?.run.seed
            return Family(
                name: family.name,
                candidates: family.candidates.filter { $0.run.seed == seed }.sorted {
                    ($0.run.learningRate ?? 0, $0.run.fewShotWeight ?? 0)
                        < ($1.run.learningRate ?? 0, $1.run.fewShotWeight ?? 0)
                })
        }.filter { !$0.candidates.isEmpty }
    }

    var candidates: [Candidate] { families.flatMap(\.candidates) }
}
