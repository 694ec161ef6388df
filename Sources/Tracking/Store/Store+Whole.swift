import Foundation
import GRDB

/// A run with all the contents of its folder.
public struct WholeRun: Sendable {
    /// With the time at which it ended, where it did.
    public var run: RunEntry
    public var steps: [StepRecord]
    public var answers: [AnswerRecord]
    public var measurements: [MeasurementEntry]

    public init(
        _ run: RunEntry, steps: [StepRecord], answers: [AnswerRecord],
        measurements: [MeasurementEntry]
    ) {
        self.run = run
        self.steps = steps
        self.answers = answers
        self.measurements = measurements
    }
}

extension Store {
    /// Puts a run into the store, with its study; it replaces what is there under its id. All of it
    /// is written or nothing.
    ///
    /// - Parameter replaces: whether it may also replace another run with the same id
    /// - Throws: `StoreError` where the store has another run with the same id: one that began at
    ///   another time, or has answers that this one lacks.
    public func put(_ whole: WholeRun, of study: SweepEntry?, replacing replaces: Bool) throws {
        try write { db in
            if !replaces { try refuseOther(than: whole, db) }
            if let study { try begin(study, db) }
            try begin(whole.run, db)
            try append(whole.steps, to: whole.run.id, db)
            try append(whole.answers, to: whole.run.id, db)
            try append(whole.measurements, to: whole.run.id, db)
        }
    }

    private func refuseOther(than whole: WholeRun, _ db: Database) throws {
        guard
            let known = try RunEntry.fetchOne(
                db, sql: "SELECT * FROM run WHERE id = ?", arguments: [whole.run.id])
        else { return }
        let answers = try AnswerRecord.fetchAll(
            db,
            sql: """
                SELECT answer.* FROM answer JOIN run ON run.number = answer.run WHERE run.id = ?
                ORDER BY answer.rowid
                """, arguments: [known.id])
        let differences = whole.differences(from: known, answers)
        if differences.isEmpty { return }
        throw StoreError(
            "\(path): has another run \(known.id), of \(known.folder): "
                + differences.joined(separator: "; ") + "; name another file by --store, or put "
                + "this one in its place by `ft-mmlu results add --replace \(whole.run.folder)`")
    }
}

extension WholeRun {
    /// The differences from a stored run with the same id; empty if it is the same run and
    /// complete.
    fileprivate func differences(from known: RunEntry, _ stored: [AnswerRecord]) -> [String] {
        var differences: [String] = []
        // The store keeps milliseconds.
        if abs(known.startedAt.timeIntervalSince(run.startedAt)) > 0.002 {
            differences.append(
                "it began at \(Self.text(known.startedAt)), this one at \(Self.text(run.startedAt))"
            )
        }
        let own = Dictionary(
            answers.map { ($0.place, $0) }, uniquingKeysWith: { first, _ in first })
        let lost = stored.filter { answer in
            own[answer.place].map { !$0.says(the: answer) } ?? true
        }
        if let first = lost.first {
            differences.append(
                "\(lost.count) of its \(stored.count) answers are not in this folder, the first is "
                    + "\(first.model)'s to \(first.subject) \(first.split) \(first.row) with "
                    + "\(first.shots) shots")
        }
        return differences
    }

    private static func text(_ date: Date) -> String {
        Date.ISO8601FormatStyle(includingFractionalSeconds: true).format(date)
    }
}

extension AnswerRecord {
    /// Identifies an answer: the model, the question and the conditions.
    fileprivate struct Place: Hashable {
        let model: String
        let scale: Double
        let shots: Int
        let subject: String
        let split: String
        let row: Int
        let repetition: Int
    }

    fileprivate var place: Place {
        Place(
            model: model, scale: adapterScale, shots: shots, subject: subject, split: split,
            row: row, repetition: `repeat`)
    }

    /// Whether both are one answer to one question; earlier versions wrote no hashes.
    fileprivate func says(the other: AnswerRecord) -> Bool {
        chosen == other.chosen && correct == other.correct && answer == other.answer
            && text == other.text
            && (questionHash == nil || other.questionHash == nil
                || questionHash == other.questionHash)
    }
}
