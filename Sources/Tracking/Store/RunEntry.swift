import Foundation

/// A run: its settings, its inputs, and how it ended.
public struct RunEntry: Hashable, Codable, Sendable {
    /// A UUID, which the run's folder keeps too.
    public var id: String
    /// The program's command: "train" or "eval".
    public var command: String
    /// As it was typed.
    public var commandLine: String?
    /// An absolute path.
    public var folder: String
    public var startedAt: Date
    /// nil until the run finishes, and for ever where its process was killed; such a run can be
    /// resumed.
    public var finishedAt: Date?
    /// Why it ended without its results; nil where it did not.
    public var failure: String?

    /// The checkpoint's name.
    public var model: String
    /// The projections that adapters sat on, as "V"; nil where none was trained.
    public var target: String?
    /// Trained on.
    public var category: String?
    /// "zs" or "zs+fs".
    public var objective: String?
    public var learningRate: Double?
    /// λ₀; nil for a run without few-shot loss.
    public var fewShotWeight: Double?
    public var seed: Int?
    public var prompt: String?
    public var scoring: String?
    /// The complete configuration, a JSON object.
    public var settings: String
    /// Checksums of the inputs, a JSON object: model, adapter, files, training examples, prompts.
    public var inputs: String
    public var promptHash: String?
    public var programVersion: String
    public var libtorchVersion: String
    /// The commit of the checkout that contains the program, when the run began; nil outside a
    /// checkout. The program may have been built from another commit.
    public var gitCommit: String?

    /// The study of the run; nil for a run outside a study.
    public var study: String?
    /// The run's own name in the study.
    public var cell: String?
    /// The row of the study's table that it belongs to, as "ZS on V".
    public var family: String?
    /// "base", "selection" or "report".
    public var role: String?

    public init(
        id: String, command: String, folder: String, startedAt: Date, model: String,
        settings: String, inputs: String, programVersion: String, libtorchVersion: String
    ) {
        self.id = id
        self.command = command
        self.folder = folder
        self.startedAt = startedAt
        self.model = model
        self.settings = settings
        self.inputs = inputs
        self.programVersion = programVersion
        self.libtorchVersion = libtorchVersion
    }

    /// The state of a run.
    public enum State: String, Sendable {
        /// It is running, or its process was killed.
        case unfinished
        case finished
        case failed
    }

    public var state: State {
        failure != nil ? .failed : finishedAt != nil ? .finished : .unfinished
    }
}
