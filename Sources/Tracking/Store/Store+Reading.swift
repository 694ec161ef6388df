import Foundation
import GRDB

extension Store {
    /// By the time at which they began.
    public func studies() throws -> [SweepEntry] {
        try read {
            try rows($0, "SELECT * FROM study ORDER BY startedAt, id")
        }
    }

    /// The runs of a study, or all, in the order in which they were first written.
    public func runs(ofStudy study: String? = nil) throws -> [RunEntry] {
        try read {
            try rows(
                $0, "SELECT * FROM run WHERE ?1 IS NULL OR study = ?1 ORDER BY number", [study])
        }
    }

    /// The study with a name.
    ///
    /// - Throws: `StoreError` with the names that there are.
    public func study(named name: String) throws -> SweepEntry {
        let all = try studies()
        if let found = all.first(where: { $0.id == name }) { return found }
        throw StoreError(
            "\(path): there is no study '\(name)'; "
                + (all.isEmpty
                    ? "it holds none"
                    : "it holds " + all.map { "'\($0.id)'" }.joined(separator: ", ")))
    }

    /// The run that a text identifies: an id, the beginning of one, or the run's folder.
    ///
    /// - Throws: `StoreError` where there is none, or several.
    public func run(matching words: String) throws -> RunEntry {
        let folder = URL(fileURLWithPath: words).standardizedFileURL.path
        let found: [RunEntry] = try read {
            try rows(
                $0,
                """
                SELECT * FROM run WHERE folder = ?1 OR substr(id, 1, length(?2)) = ?2
                ORDER BY number
                """, [folder, words.lowercased()])
        }
        let byFolder = found.filter { $0.folder == folder }
        // A folder that was filled anew: its last run.
        if let last = byFolder.last { return last }
        guard let only = found.first, found.count == 1 else {
            throw StoreError(
                found.isEmpty
                    ? "\(path): there is no run '\(words)'; an id, its beginning or a run's folder is "
                        + "needed, as `ft-mmlu results list` shows them"
                    : "\(path): '\(words)' is the beginning of \(found.count) runs' ids; give more of "
                        + "it")
        }
        return only
    }

    /// Accuracies by category of runs, each run's base model before its adapted one.
    public func accuracies(of runs: [String]) throws -> [AccuracyEntry] {
        try rows(of: runs, Views.accuracy, order: "shots, category")
    }

    /// Accuracies by subject.
    public func subjectAccuracies(of runs: [String]) throws -> [AccuracyEntry] {
        try rows(of: runs, Views.subjectAccuracy, order: "shots, category, subject")
    }

    /// Every question of runs, with how often it was answered correctly.
    public func questions(of runs: [String]) throws -> [QuestionEntry] {
        try rows(of: runs, Views.question, order: "shots, subject, split, row")
    }

    private func rows<Entry: StoredEntry>(
        of runs: [String], _ select: Views.Selection, order: String
    ) throws -> [Entry] {
        try read { db in
            try runs.flatMap { id -> [Entry] in
                guard
                    let number = try Int64.fetchOne(
                        db, sql: "SELECT number FROM run WHERE id = ?", arguments: [id])
                else { return [] }
                return try rows(
                    db,
                    """
                    SELECT :id AS run, * FROM (
                    \(select("(SELECT * FROM answer WHERE run = :number)")))
                    ORDER BY model DESC, adapterScale, \(order)
                    """, ["id": id, "number": number])
            }
        }
    }

    public func steps(of run: String) throws -> [StepRecord] {
        try entries(of: run, from: "step", ", gradientNorm AS gradNorm", order: "step")
    }

    public func answers(of run: String) throws -> [AnswerRecord] {
        let rows: [AnswerRecord] = try entries(of: run, from: "answer", order: "answer.rowid")
        return rows.map(\.scored)
    }

    public func measurements(of run: String) throws -> [MeasurementEntry] {
        try entries(of: run, from: "measurement", order: "name, detail")
    }

    private func entries<Entry: StoredEntry>(
        of run: String, from table: String, _ renamed: String = "", order: String
    ) throws -> [Entry] {
        try read {
            try rows(
                $0,
                """
                SELECT \(table).*\(renamed) FROM \(table) JOIN run ON run.number = \(table).run
                WHERE run.id = ? ORDER BY \(order)
                """, [run])
        }
    }
}
