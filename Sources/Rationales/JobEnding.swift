import Benchmarks

/// The result of a job.
public struct JobEnding: Sendable {
    /// The rationales of the job's questions.
    public let accepted: [RationaleRecord]
    /// For each question that has none the last reply, in the order of the questions.
    public let rejected: [RationaleRecord]
    /// Questions without an answer, and why.
    public let lost: [(question: Question, problem: String)]

    init(pupils: [RationaleState], lost: [(Question, String)], files: RationaleFiles) {
        var latest: [String: RationaleRecord] = [:]
        for record in files.rejected + files.accepted { latest[record.key] = record }
        func record(_ pupil: RationaleState, where condition: (RationaleRecord) -> Bool)
            -> RationaleRecord?
        {
            [pupil.hintKey, pupil.key].lazy.compactMap { $0.flatMap { latest[$0] } }
                .first(where: condition)
        }
        accepted = pupils.compactMap { record($0) { $0.row.accepted } }
        rejected = pupils.filter { !$0.isAccepted(files) }.compactMap { record($0) { _ in true } }
        self.lost = lost
    }

    /// Of the rejected, how many for each reason, in the reasons' order.
    public var reasons: [(reason: Rejection, count: Int)] {
        Rejection.allCases.compactMap { reason in
            let count = rejected.count { $0.reason == reason }
            return count > 0 ? (reason, count) : nil
        }
    }
}
