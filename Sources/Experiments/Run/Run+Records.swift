import Basics
import Benchmarks
import Scoring
import Statistics
import Tracking
import Training
import Transformer

extension StepRecord {
    init(_ step: StepReport, epoch: Int) {
        func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
        self.init(
            step: step.step, epoch: epoch, fewShotWeight: step.fewShotWeight,
            learningRate: step.learningRate, tokens: step.tokenCount)
        loss = finite(step.loss)
        zeroShotLoss = finite(step.zeroShotLoss)
        fewShotLoss = finite(step.fewShotLoss)
        gradientNorm = finite(step.gradientNorm)
        tokensPerSecond = finite(step.tokensPerSecond.rounded())
    }
}

extension StepReport {
    /// A step's metrics for TensorBoard, which cannot represent absent values.
    var scalars: [(name: String, value: Double)] {
        [("loss", loss)] + (zeroShotLoss.map { [("zero_shot_loss", $0)] } ?? [])
            + (fewShotLoss.map { [("few_shot_loss", $0)] } ?? [])
            + [
                ("few_shot_weight", fewShotWeight), ("learning_rate", learningRate),
                ("grad_norm", gradientNorm), ("tokens_per_second", tokensPerSecond),
            ]
    }
}

extension MeasurementEntry {
    /// Measures of the singular values of each trained change, as its effective rank; a zero change
    /// has none.
    static func all(of spectra: [AdapterSpectrum]) -> [MeasurementEntry] {
        spectra.flatMap { change -> [MeasurementEntry] in
            guard let spectrum = Spectrum(singularValues: change.singularValues) else { return [] }
            let detail = "\(change.projection.rawValue) layer \(change.layer)"
            return [
                MeasurementEntry("effectiveRank", detail, spectrum.effectiveRank),
                MeasurementEntry("participationRatio", detail, spectrum.participationRatio),
                MeasurementEntry("firstShare", detail, spectrum.firstShare),
            ]
        }
    }
}

/// The category of each subject.
struct SubjectCategories {
    private let names: [String: String]

    init(_ map: CategoryMap) {
        names = Dictionary(
            uniqueKeysWithValues: Subjects.all.map { ($0.name, map.category(of: $0).rawValue) })
    }

    /// The answer with its subject's category; the category is unknown for a subject that is not in
    /// MMLU.
    func placed(_ answer: AnswerRecord) -> AnswerRecord {
        var answer = answer
        answer.category = names[answer.subject] ?? ""
        return answer
    }
}
