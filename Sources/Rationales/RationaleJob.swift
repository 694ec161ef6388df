import Benchmarks
import Foundation

/// Requests a rationale of each question from a teacher, and stores the replies.
///
/// A question that has an accepted rationale, with or without a hint, is never sent again. Nor is
/// one that has reached its limit of answers. The files' records count, whoever wrote them and
/// whenever.
public struct RationaleJob {
    public let questions: [Question]
    public let teacher: any Teacher
    public let files: RationaleFiles
    /// Answers to a question at most, until one is accepted.
    public var sampleCount = 1
    /// Whether a question whose answers were all rejected is sent once more with the correct
    /// answer.
    public var usesHints = false
    /// Whether rejected questions get `sampleCount` answers more.
    public var asksRejectedAgain = false

    /// - Parameters:
    ///   - evaluated: content hashes of the questions that may be evaluated; none of them is sent
    /// - Throws: `RationaleError` when no question is left to send, or a hint is not possible.
    public init(
        _ questions: [Question], teacher: any Teacher, files: RationaleFiles,
        evaluated: Set<String>
    ) throws {
        var seen: Set<String> = []
        let unique = questions.filter { seen.insert($0.contentHash + $0.answer.rawValue).inserted }
        self.questions = unique.filter { !evaluated.contains($0.contentHash) }
        withheldCount = unique.count - self.questions.count
        self.teacher = teacher
        self.files = files
        guard !self.questions.isEmpty else {
            throw RationaleError(
                "rationales: all \(questions.count) questions are test questions that may be"
                    + " evaluated, and none is sent to a teacher; --train-rows holdout, val or"
                    + " dev+val, with the --holdout and --sample-seed of the evaluation, is needed")
        }
    }

    /// Questions that are not sent, because they are equal in content to one that may be evaluated.
    public let withheldCount: Int

    /// Works until every question has its rationale or has reached its limit of answers.
    ///
    /// - Parameters:
    ///   - interruption: is called now and then; when it throws, no further question is sent, and a
    ///     request under way may be dropped
    ///   - report: receives the progress after each outcome
    /// - Throws: the error that stopped the work; the files contain all replies up to then.
    public func run(
        interruption: @escaping @Sendable () throws -> Void,
        report: (JobProgress) throws -> Void
    ) async throws -> JobEnding {
        var pupils = try questions.map { try pupil($0) }
        var progress = JobProgress(total: pupils.count)
        for pupil in pupils { progress.count(pupil, files) }
        try report(progress)
        var lost: [(Question, String)] = []
        defer { try? files.synchronize() }
        while true {
            let places = pupils.indices.filter { pupils[$0].isOpen(files) }
            if places.isEmpty { break }
            let lessons = try places.map { try pupils[$0].lesson(files, teacher) }
            try await teacher.teach(lessons, interruption: interruption) { index, outcome in
                let place = places[index]
                switch outcome {
                case .replied(let reply):
                    let record = RationaleRecord(lessons[index], reply, of: teacher, at: Date())
                    try files.append(record)
                    progress.add(record)
                    if !pupils[place].isOpen(files) { progress.count(pupils[place], files) }
                case .lost(let problem):
                    pupils[place].isLost = true
                    lost.append((pupils[place].question, problem))
                    progress.lostCount += 1
                }
                try report(progress)
            }
        }
        return JobEnding(pupils: pupils, lost: lost, files: files)
    }

    private func pupil(_ question: Question) throws -> RationaleState {
        func key(_ withHint: Bool) throws -> String {
            LessonKey.of(
                question, prompt: try teacher.prompt(for: question, withHint: withHint),
                teacher: teacher.name, model: teacher.model)
        }
        let plain = try key(false)
        // Rationales by hint count without --hint too.
        let hinted = teacher.takesHints ? try key(true) : nil
        let more = asksRejectedAgain ? 1 : 0
        return RationaleState(
            question: question, key: plain, hintKey: hinted,
            limit: sampleCount + more * files.attemptCount(plain),
            hintLimit: usesHints ? 1 + more * (hinted.map(files.attemptCount) ?? 0) : 0)
    }
}

/// A question on its way to a rationale.
struct RationaleState {
    let question: Question
    let key: String
    /// nil where the teacher takes none.
    let hintKey: String?
    /// Answers at most, without a hint and with one.
    let limit: Int
    let hintLimit: Int
    /// Whether it got no answer, however often it was sent.
    var isLost = false

    func isAccepted(_ files: RationaleFiles) -> Bool {
        files.isAccepted(key) || hintKey.map(files.isAccepted) ?? false
    }

    func isOpen(_ files: RationaleFiles) -> Bool {
        !isLost && !isAccepted(files) && (isPlainOpen(files) || isHintOpen(files))
    }

    private func isPlainOpen(_ files: RationaleFiles) -> Bool { files.attemptCount(key) < limit }

    private func isHintOpen(_ files: RationaleFiles) -> Bool {
        hintKey.map { files.attemptCount($0) < hintLimit } ?? false
    }

    /// The next request.
    func lesson(_ files: RationaleFiles, _ teacher: any Teacher) throws -> TeacherRequest {
        let hinted = !isPlainOpen(files)
        return TeacherRequest(
            question: question, prompt: try teacher.prompt(for: question, withHint: hinted),
            hasHint: hinted, attempt: files.attemptCount(hinted ? hintKey ?? key : key))
    }
}

/// The progress of a job.
public struct JobProgress: Sendable, Equatable {
    /// Questions.
    public let total: Int
    public internal(set) var acceptedCount = 0
    public internal(set) var rejectedCount = 0
    /// Without any answer.
    public internal(set) var lostCount = 0
    /// Replies of this run, and their tokens.
    public internal(set) var replyCount = 0
    public internal(set) var usage = TokenUsage.none

    init(total: Int) { self.total = total }

    public var doneCount: Int { acceptedCount + rejectedCount + lostCount }

    mutating func add(_ record: RationaleRecord) {
        replyCount += 1
        usage = usage + (record.usage ?? .none)
    }

    /// Counts a question that is settled.
    mutating func count(_ pupil: RationaleState, _ files: RationaleFiles) {
        if pupil.isAccepted(files) {
            acceptedCount += 1
        } else if !pupil.isOpen(files) {
            rejectedCount += 1
        }
    }
}
