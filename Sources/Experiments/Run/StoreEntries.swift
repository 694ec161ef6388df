import Scoring
import Basics
import Benchmarks
import Evaluation
import Foundation
import Tracking
import Statistics
import Torch
import Training
import Transformer

extension RunEntry {
    /// The model's name where none was given.
    static let builtInWorld = "built-in world"

    /// A run by what its folder holds: config.yaml and checkpoint/inputs.json.
    init(folder: String, _ identity: RunManifest) throws {
        let settings = try RunDirectory.values(in: folder)
        let inputs = try InputFile.contents(of: folder + "/checkpoint/" + InputChecksums.name)
        self.init(
            id: identity.id, command: identity.command,
            folder: FilePath.absolute(folder),
            startedAt: Date(timeIntervalSince1970: identity.startedAt),
            model: settings["model"]?.text ?? Self.builtInWorld,
            settings: JSONValue.object(settings.fields).line,
            inputs: inputs.flatMap { try? JSONDecoder().decode(JSONValue.self, from: $0) }?.line
                ?? "{}",
            programVersion: identity.programVersion, libtorchVersion: identity.libtorchVersion)
        commandLine = identity.commandLine
        gitCommit = identity.gitCommit
        target = settings["target"]?.text
        category = settings["category"]?.text
        objective = settings["objective"]?.text
        learningRate = settings["learning-rate"]?.double
        fewShotWeight =
            objective == Objective.zeroShotAndFewShot.rawValue
            ? settings["few-shot-weight"]?.double : nil
        seed = settings["seed"]?.whole
        prompt = settings["prompt"]?.text
        scoring = settings["scoring"]?.text
        promptHash = try? prompt.map {
            try Prompts.preset(
                named: $0,
                instructions: settings["prompt-file"]?.text.map(PromptInstructions.init(file:))
            ).promptHash
        }
        if let place = identity.place {
            study = place.study
            cell = place.cell
            family = place.family
            role = place.role.rawValue
        }
    }
}

extension AnswerEntry {
    init(
        _ answer: Answer, _ model: AnsweringModel, _ scoring: Scoring,
        _ categories: SubjectCategories
    ) {
        self.init(
            model: model.name, adapterScale: model.scale, shots: answer.shots,
            subject: answer.question.subject, split: answer.question.split.rawValue,
            row: answer.question.row, repeat: answer.repetition,
            category: categories[answer.question.subject], scoring: scoring.rawValue,
            answer: answer.answer.rawValue, chosen: answer.chosen?.rawValue,
            correct: answer.isCorrect)
        questionHash = answer.questionHash
        switch answer.evidence {
        case .letters(let values):
            logprobs = JSONValue.array(values.map { .number($0) }).line
            margin = answer.margin
        case .choices(let values, let bytes):
            logprobs = JSONValue.array(values.map { .number($0) }).line
            choiceBytes = JSONValue.array(bytes.map { .whole($0) }).line
        case .text(let words):
            text = words
        }
    }
}

extension MeasurementEntry {
    /// How many directions each trained change acts in; one that is zero has none.
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

extension StepEntry {
    init(_ step: StepReport, epoch: Int) {
        func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
        self.init(
            step: step.step, epoch: epoch, loss: finite(step.loss),
            zeroShotLoss: step.zeroShotLoss.flatMap(finite),
            fewShotLoss: step.fewShotLoss.flatMap(finite),
            fewShotWeight: step.fewShotWeight, learningRate: step.learningRate,
            gradientNorm: finite(step.gradientNorm), tokens: step.tokenCount,
            tokensPerSecond: step.tokensPerSecond.rounded())
    }

    /// A line of metrics.jsonl; nil where it is none.
    init?(line: String) {
        guard
            let value = try? JSONDecoder().decode(JSONValue.self, from: Data(line.utf8)),
            let step = value["step"]?.whole, let epoch = value["epoch"]?.whole,
            let weight = value["few_shot_weight"]?.double,
            let rate = value["learning_rate"]?.double,
            let tokens = value["tokens"]?.whole
        else { return nil }
        self.init(
            step: step, epoch: epoch, loss: value["loss"]?.double,
            zeroShotLoss: value["zero_shot_loss"]?.double,
            fewShotLoss: value["few_shot_loss"]?.double, fewShotWeight: weight, learningRate: rate,
            gradientNorm: value["grad_norm"]?.double, tokens: tokens,
            tokensPerSecond: value["tokens_per_second"]?.double ?? 0)
    }
}
