import Basics
import Torch
import Tracking

/// results.json of a run: its settings, what answered the questions, and the numbers.
struct ResultsFile: FileRecord {
    /// By name.
    var settings: JSONValue
    var versions = Versions()
    var device: String
    var dtype: String
    var threads = Libtorch.threadCount
    /// The maximum number of tokens in a forward pass, as given or planned.
    var tokensPerPass: Int
    var promptHash: String
    var leftOutQuestions: Int
    var tooLongQuestions: JSONValue
    var shots: JSONValue
    var questionsWithFewerShots: JSONValue
    var subjectsWithShotRationales: JSONValue
    /// nil without a training.
    var keptAdapter: KeptAdapter?
    var numbers: NumbersRecord

    static let omittedKeys: Set = ["keptAdapter"]
}

/// The versions of the programs that made a results.json.
struct Versions: Codable {
    var program = ProgramVersion.text
    var libtorch = Libtorch.version

    private enum CodingKeys: String, CodingKey {
        case program = "ft-mmlu"
        case libtorch
    }
}

/// Which adapter of a training was kept.
struct KeptAdapter: FileRecord {
    /// "last" or "best".
    var rule: String
    /// Steps made.
    var step: Int
    /// nil for the last one.
    var validationAccuracy: Double?
}
