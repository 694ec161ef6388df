import Evaluation
import Experiments
import Foundation
import Training

/// Shows the events of a study, and stops it when a signal came.
final class RunProgress {
    private let isQuiet: Bool
    private var opening: String?
    private var title = ""
    private var progress: Progress?
    /// When the study last reported an event.
    private var last = ContinuousClock.now
    /// When the measurement of changes began; nil during other work.
    private var measuringStart: ContinuousClock.Instant?

    /// - Parameter opening: a line before all others; a study that fails at once shows its error
    ///   first
    init(opening: String?, isQuiet: Bool) {
        self.opening = opening
        self.isQuiet = isQuiet
    }

    func show(_ event: RunEvent) throws {
        try Signals.check()
        defer { last = .now }
        if let opening, !isQuiet { Terminal.note(opening) }
        opening = nil
        if case .measuredChange = event {} else { measuringStart = nil }
        switch event {
        case .notice(let text):
            if !isQuiet { Terminal.note(text) }
        case .sample(let sample):
            Terminal.show(SampleText(sample: sample).text(inColor: Terminal.usesColor))
        case .memory(let memory, let recomputes):
            if !isQuiet { Terminal.note(Self.text(memory, recomputes)) }
        case .step(let step, let total):
            advance(
                "training", to: step.step + 1, of: total, Self.text(step))
        case .measuredChange(let done, let total):
            let start = measuringStart ?? .now
            measuringStart = start
            // The measurement for a small adapter takes almost no time, so it is not reported.
            guard ContinuousClock.now - start > .seconds(1) else { return }
            advance("measuring changes", to: done, of: total, "matrices")
        case .answered(let model, let done, let total, let writing):
            advance("asking \(model.label)", to: done, of: total, Self.text(writing))
        case .validated(let done, let total, let writing):
            advance("validating", to: done, of: total, Self.text(writing))
        }
    }

    /// "answers", or "answers  24 under way, 120 tokens" during generation.
    private static func text(_ writing: GenerationProgress?) -> String {
        guard let writing, writing.count > 0 else { return "answers" }
        return "answers  \(writing.count) under way, \(writing.longest) tokens"
    }

    /// "loss 1.2345  λ 0.50  rate 1.00e-04  2100 tokens/s", with λ only for a few-shot loss.
    private static func text(_ step: StepReport) -> String {
        let lambda = step.fewShotLoss == nil ? "" : String(format: "  λ %.2f", step.fewShotWeight)
        return String(format: "loss %.4f", step.loss) + lambda
            + String(format: "  rate %.2e  %.0f tokens/s", step.learningRate, step.tokensPerSecond)
    }

    private static func text(_ memory: StepMemory, _ recomputes: Bool) -> String {
        func size(_ bytes: Int) -> String { String(format: "%.2f GB", Double(bytes) / 1e9) }
        let way =
            recomputes
            ? "layers are computed a second time (about \(size(memory.recomputedBytes)))"
            : "layers keep what they computed"
        return "memory: a step takes about \(size(memory.keptBytes)) beside the model, "
            + "\(size(memory.availableBytes)) are left: \(way)"
    }

    private func advance(_ title: String, to done: Int, of total: Int, _ detail: String) {
        if title != self.title || progress == nil {
            self.title = title
            // Work of a stopped run counts as done but took no time; the pace is that of the new
            // work.
            progress = Progress(title, total: total, from: done, since: last, isQuiet: isQuiet)
        }
        progress?.show(done, detail)
        // The next task with this name has its own time.
        if done == total { progress = nil }
    }
}
