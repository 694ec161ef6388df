import Foundation
import Torch
import Transformer

/// `checkpoint/training.safetensors`: adapter, optimiser and counts after a step.
///
/// The file is replaced atomically: if the process dies, the folder has the old file or the new
/// one.
///
/// The learning rate, λ and the order of the examples follow from the number of steps.
package struct TrainingCheckpoint {
    package var state: TrainingState
    package var validation = ValidationProgress()

    static let name = "training.safetensors"

    private static let parameter = "parameter."
    private static let firstMoment = "first_moment."
    private static let secondMoment = "second_moment."
    private static let bestParameter = "best."

    /// - Parameter names: the names of the parameters, in their order
    package func write(_ names: [String], to folder: String) throws {
        var tensors: [String: Tensor] = [:]
        func add(_ prefix: String, _ values: [Tensor]) throws {
            for (name, value) in zip(names, values) {
                tensors[prefix + name] = try value.detached()
            }
        }
        try add(Self.parameter, state.parameters)
        try add(Self.firstMoment, state.optimizer.firstMoments)
        try add(Self.secondMoment, state.optimizer.secondMoments)
        var counts = [
            "steps": "\(state.stepCount)", "updates": "\(state.optimizer.updateCount)",
            "evaluations": "\(validation.lineCount)",
            "evaluated_step": "\(validation.evaluatedStep)",
        ]
        if let best = validation.best {
            try add(Self.bestParameter, best.parameters)
            counts["best_step"] = "\(best.stepCount)"
            counts["best_correct"] = "\(best.correctCount)"
            counts["best_questions"] = "\(best.questionCount)"
        }
        try SafetensorsFile.write(tensors, metadata: counts, to: folder + "/" + Self.name)
    }

    /// - Parameters:
    ///   - parameters: the trainable parameters, by name: the file must have exactly these
    ///   - stepCount: the steps of the whole training
    /// - Throws: `FileError` that names the mismatch.
    package init(
        from folder: String, parameters: [(name: String, tensor: Tensor)], of stepCount: Int
    ) throws {
        let file = try SafetensorsFile(path: folder + "/" + Self.name)
        var unused = Set(file.entries.keys)
        func tensors(_ prefix: String) throws -> [Tensor] {
            try parameters.map { name, tensor in
                unused.remove(prefix + name)
                return try file.parameter(prefix + name, shape: tensor.shape, dtype: tensor.dtype)
            }
        }
        state = TrainingState(
            stepCount: try file.count("steps", upTo: stepCount),
            parameters: try tensors(Self.parameter),
            optimizer: AdamWState(
                updateCount: try file.count("updates", upTo: stepCount),
                firstMoments: try tensors(Self.firstMoment),
                secondMoments: try tensors(Self.secondMoment)))
        validation.lineCount = try file.count("evaluations", upTo: .max)
        validation.evaluatedStep = try file.count("evaluated_step", upTo: state.stepCount)
        if file.metadata["best_step"] != nil {
            let questions = try file.count("best_questions", upTo: .max)
            validation.best = BestAdapter(
                stepCount: try file.count("best_step", upTo: state.stepCount),
                correctCount: try file.count("best_correct", upTo: questions),
                questionCount: questions, parameters: try tensors(Self.bestParameter))
        }
        if let name = unused.min() {
            throw FileError(
                path: file.path, problem: "has '\(name)', which this run does not train",
                remedy: "the checkpoint of a run with the settings of config.yaml is needed")
        }
    }

    package init(state: TrainingState, validation: ValidationProgress = ValidationProgress()) {
        self.state = state
        self.validation = validation
    }

    /// Whether a folder has a training checkpoint.
    package static func exists(in folder: String) -> Bool {
        FileManager.default.fileExists(atPath: folder + "/" + name)
    }
}

/// How far a training's evaluations on the validation set have come.
package struct ValidationProgress {
    /// The number of lines in evaluations.jsonl.
    package var lineCount = 0
    /// The step of the last evaluation; 0 is none.
    package var evaluatedStep = 0
    /// The adapter with the best validation score so far, where the best is kept.
    package var best: BestAdapter?

    package init() {}
}

/// An adapter, with its score on the validation set.
package struct BestAdapter {
    /// The step after which it was evaluated.
    package var stepCount: Int
    package var correctCount: Int
    /// The number of answers: each question counts once per repeat.
    package var questionCount: Int
    package var parameters: [Tensor]

    package init(stepCount: Int, correctCount: Int, questionCount: Int, parameters: [Tensor]) {
        self.stepCount = stepCount
        self.correctCount = correctCount
        self.questionCount = questionCount
        self.parameters = parameters
    }

    package var accuracy: Double { Double(correctCount) / Double(questionCount) }
}

extension SafetensorsFile {
    fileprivate func parameter(_ name: String, shape: [Int], dtype: DType) throws -> Tensor {
        guard let entry = entries[name] else {
            throw FileError(
                path: path, problem: "has no '\(name)'", remedy: "this run's adapter needs it")
        }
        guard entry.shape == shape, entry.dtype == dtype else {
            throw FileError(
                path: path, problem: "'\(name)' is \(entry.dtype.rawValue) of shape \(entry.shape)",
                remedy: "this run's adapter needs \(dtype.rawValue) of shape \(shape)")
        }
        return try tensor(name)
    }

    fileprivate func count(_ name: String, upTo limit: Int) throws -> Int {
        guard let text = metadata[name], let value = Int(text), (0...limit).contains(value) else {
            throw FileError(
                path: path, problem: "says '\(metadata[name] ?? "nothing")' of \(name)",
                remedy: limit == .max
                    ? "a whole number is needed" : "a whole number from 0 to \(limit) is needed")
        }
        return value
    }
}
