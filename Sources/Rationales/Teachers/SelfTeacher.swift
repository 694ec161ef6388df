import Benchmarks

/// Samples generations from a model in this process. Synchronous, for tensors stay on one thread.
public protocol TextSampler {
    /// As the files name the model.
    var modelName: String { get }

    /// The whole text before the answer, shots included.
    func prompt(for question: Question, withHint: Bool) throws -> String

    /// Samples a generation for each request.
    ///
    /// - Parameters:
    ///   - interruption: is called before each token; if it throws, the work ends
    ///   - report: receives a request's index and its generation as each ends; if it throws, the
    ///     work ends
    func sample(
        _ lessons: [TeacherRequest], interruption: () throws -> Void,
        report: (Int, SampledText) throws -> Void
    ) throws
}

/// A generation of a model.
public struct SampledText: Sendable, Equatable {
    public var text: String
    /// Whether it ended by itself.
    public var isComplete: Bool
    public var usage: TokenUsage

    public init(text: String, isComplete: Bool, usage: TokenUsage) {
        self.text = text
        self.isComplete = isComplete
        self.usage = usage
    }
}

/// The model itself as teacher: training may use its correct answers (rejection sampling as in
/// STaR, arXiv 2203.14465). If all answers were wrong, one more is sampled with the correct one
/// marked.
public struct SelfTeacher: Teacher {
    public let name = "self"
    public let takesHints = true
    private let sampler: any TextSampler

    public init(_ sampler: any TextSampler) { self.sampler = sampler }

    public var model: String { sampler.modelName }

    public func prompt(for question: Question, withHint: Bool) throws -> String {
        try sampler.prompt(for: question, withHint: withHint)
    }

    public func teach(
        _ lessons: [TeacherRequest], interruption: @escaping @Sendable () throws -> Void,
        report: (Int, LessonOutcome) throws -> Void
    ) async throws {
        let clock = ContinuousClock()
        var last = clock.now
        try sampler.sample(lessons, interruption: interruption) { place, text in
            // Many generations run at one time; each is given the time since the previous one
            // ended.
            let now = clock.now
            let seconds = (now - last) / .seconds(1)
            last = now
            try report(
                place,
                .replied(
                    TeacherReply(
                        text: text.text, end: text.isComplete ? .complete : .truncated,
                        model: sampler.modelName, usage: text.usage, seconds: seconds)))
        }
    }
}

extension Question {
    /// The question with its correct choice marked, as STaR gives the answer as a hint.
    public var withAnswerMarked: Question {
        var marked = self
        marked.choices[answer.index] += " (CORRECT)"
        return marked
    }
}
