import Foundation

/// A study: a set of runs made for one question.
public struct SweepEntry: Hashable, Codable, Sendable {
    /// Its name.
    public var id: String
    /// What made it, as "sweep" or "table2".
    public var kind: String?
    public var folder: String?
    /// As the study's own file says it: text of any format.
    public var configuration: String?
    public var startedAt: Date
    public var finishedAt: Date?

    public init(
        id: String, kind: String? = nil, folder: String? = nil, configuration: String? = nil,
        startedAt: Date = Date(), finishedAt: Date? = nil
    ) {
        self.id = id
        self.kind = kind
        self.folder = folder
        self.configuration = configuration
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }
}

/// An optimiser step.
public struct StepEntry: Hashable, Codable, Sendable {
    /// From 0.
    public var step: Int
    public var epoch: Int
    /// In nats a target token, like the two after it; nil where it is no number.
    public var loss: Double?
    public var zeroShotLoss: Double?
    public var fewShotLoss: Double?
    /// λ at this step.
    public var fewShotWeight: Double
    public var learningRate: Double
    /// nil where it is no number.
    public var gradientNorm: Double?
    public var tokens: Int
    public var tokensPerSecond: Double

    public init(
        step: Int, epoch: Int, loss: Double?, zeroShotLoss: Double?, fewShotLoss: Double?,
        fewShotWeight: Double, learningRate: Double, gradientNorm: Double?, tokens: Int,
        tokensPerSecond: Double
    ) {
        self.step = step
        self.epoch = epoch
        self.loss = loss
        self.zeroShotLoss = zeroShotLoss
        self.fewShotLoss = fewShotLoss
        self.fewShotWeight = fewShotWeight
        self.learningRate = learningRate
        self.gradientNorm = gradientNorm
        self.tokens = tokens
        self.tokensPerSecond = tokensPerSecond
    }
}

/// What a model answered to one question, once.
public struct AnswerEntry: Hashable, Codable, Sendable {
    /// "base" or "adapted".
    public var model: String
    /// 0 for the base model.
    public var adapterScale: Double
    /// Shown before the question.
    public var shots: Int
    public var subject: String
    public var split: String
    /// From 0, in the subject's file of that split.
    public var row: Int
    /// The first 16 hexadecimal digits of the question's content hash; nil where the run did not write
    /// it.
    public var questionHash: String?
    /// From 0.
    public var `repeat`: Int
    /// The subject's, in the run's category map.
    public var category: String
    /// "letter", "choice" or "generate".
    public var scoring: String
    /// The right letter, "A" to "D".
    public var answer: String
    /// nil where none could be read.
    public var chosen: String?
    public var correct: Bool
    /// Log-probabilities, in nats, of the letters, or of the choices' texts; a JSON array of four.
    public var logprobs: String?
    /// Lengths of the choices' texts in bytes, a JSON array of four.
    public var choiceBytes: String?
    /// In nats, of the best letter from the second.
    public var margin: Double?
    /// What was generated.
    public var text: String?

    public init(
        model: String, adapterScale: Double, shots: Int, subject: String, split: String, row: Int,
        repeat repetition: Int, category: String, scoring: String, answer: String, chosen: String?,
        correct: Bool
    ) {
        self.model = model
        self.adapterScale = adapterScale
        self.shots = shots
        self.subject = subject
        self.split = split
        self.row = row
        self.repeat = repetition
        self.category = category
        self.scoring = scoring
        self.answer = answer
        self.chosen = chosen
        self.correct = correct
    }
}

/// A number that was measured of a run: an effective rank, seconds, bytes.
public struct MeasurementEntry: Hashable, Codable, Sendable {
    /// What was measured.
    public var name: String
    /// Of what part, as "layer 3"; empty for the whole.
    public var detail: String
    public var value: Double

    public init(_ name: String, _ detail: String = "", _ value: Double) {
        self.name = name
        self.detail = detail
        self.value = value
    }
}

/// An accuracy of a run: a row of the view `accuracy` or `subjectAccuracy`.
public struct AccuracyEntry: Hashable, Codable, Sendable {
    /// The run's id.
    public var run: String
    /// "base" or "adapted".
    public var model: String
    public var adapterScale: Double
    public var shots: Int
    public var scoring: String
    /// A category or "all".
    public var category: String
    /// nil in the rows of categories.
    public var subject: String?
    /// A share from 0 to 1.
    public var mean: Double
    /// Over repeats; nil for one.
    public var standardError: Double?
    /// Over questions; nil for one.
    public var itemStandardError: Double?
    public var questions: Int
    public var repeats: Int
    /// Answers in which no letter could be read; they count as wrong.
    public var unreadable: Int
    /// Questions that lack repeats, as a stopped run leaves them; they do not count.
    public var incomplete: Int
}

/// How often a question was answered right: a row of the view `question`.
public struct QuestionEntry: Hashable, Codable, Sendable {
    /// The run's id.
    public var run: String
    public var model: String
    public var adapterScale: Double
    public var shots: Int
    public var category: String
    public var subject: String
    public var split: String
    public var row: Int
    /// nil where the run did not write it.
    public var questionHash: String?
    /// The right letter.
    public var answer: String
    public var repeats: Int
    /// Of the repeats.
    public var correct: Int
}
