import Basics
import Foundation
import GRDB

extension Store {
    /// Records that a study begins or resumes. It overwrites an existing study of that name, whose
    /// runs and first start time stay.
    ///
    /// - Throws: `StoreError` where the existing study has another folder: runs of the two would be
    ///   taken for those of one.
    public func begin(_ study: SweepEntry) throws { try write { try begin(study, $0) } }

    func begin(_ study: SweepEntry, _ db: Database) throws {
        _ = try checked([study])
        let folder = try String.fetchOne(
            db, sql: "SELECT folder FROM study WHERE id = ?", arguments: [study.id])
        if let folder, let own = study.folder, own != folder {
            throw StoreError(
                "\(path): has a study '\(study.id)' of \(folder) already; name another folder, "
                    + "or another file by --store")
        }
        try db.execute(
            sql: """
                INSERT INTO study (id, kind, folder, configuration, startedAt, finishedAt)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, folder = excluded.folder,
                  configuration = excluded.configuration, finishedAt = excluded.finishedAt
                """,
            arguments: [
                study.id, study.kind, study.folder, study.configuration, study.startedAt,
                study.finishedAt,
            ])
    }

    /// - Throws: `StoreError` where there is no study of that name.
    public func finish(study id: String, at date: Date = Date()) throws {
        try write { db in
            try db.execute(
                sql: "UPDATE study SET finishedAt = ? WHERE id = ?", arguments: [date, id])
            guard db.changesCount == 1 else {
                throw StoreError("\(path): there is no study '\(id)' to finish")
            }
        }
    }

    /// Records that a run begins or resumes.
    ///
    /// Steps and answers under the same id are removed: the run's folder is the source, from which
    /// they are read again. Measurements stay until they are measured again. If the run's study is
    /// missing, it is made. A cell of a study has one run: an earlier run in the same folder under
    /// another id is removed.
    ///
    /// - Throws: `StoreError` where the study's cell has a run in another folder.
    public func begin(_ run: RunEntry) throws { try write { try begin(run, $0) } }

    func begin(_ run: RunEntry, _ db: Database) throws {
        _ = try checked([run])
        try removeFormer(of: run, db)
        if let study = run.study {
            try db.execute(
                sql: "INSERT OR IGNORE INTO study (id, startedAt) VALUES (?, ?)",
                arguments: [study, run.startedAt])
        }
        try run.upsert(db)
        let number = try self.number(of: run.id, db)
        try db.execute(sql: "DELETE FROM step WHERE run = ?", arguments: [number])
        try db.execute(sql: "DELETE FROM answer WHERE run = ?", arguments: [number])
    }

    private func removeFormer(of run: RunEntry, _ db: Database) throws {
        guard let study = run.study, let cell = run.cell else { return }
        let former: [RunEntry] = try rows(
            db, "SELECT * FROM run WHERE study = ? AND cell = ? AND id <> ?",
            [study, cell, run.id])
        if let other = former.first(where: { $0.folder != run.folder }) {
            throw StoreError(
                "\(path): has a run '\(cell)' of study '\(study)' in \(other.folder) already; name "
                    + "another folder, or another file by --store")
        }
        for other in former {
            try db.execute(sql: "DELETE FROM run WHERE id = ?", arguments: [other.id])
        }
    }

    /// Records how a run ended.
    ///
    /// - Parameter failure: why it has no results; nil where it has
    public func finish(run id: String, failure: String? = nil, at date: Date = Date()) throws {
        try write { try finish(run: id, failure: failure, at: date, $0) }
    }

    func finish(run id: String, failure: String?, at date: Date, _ db: Database) throws {
        try db.execute(
            sql: "UPDATE run SET finishedAt = ?, failure = ? WHERE number = ?",
            arguments: [date, failure, try number(of: id, db)])
    }

    public func append(_ steps: [StepRecord], to run: String) throws {
        if !steps.isEmpty { try write { try append(steps, to: run, $0) } }
    }

    func append(_ steps: [StepRecord], to run: String, _ db: Database) throws {
        try append(
            steps, to: run, into: "step", db,
            [
                "step", "epoch", "loss", "zeroShotLoss", "fewShotLoss", "fewShotWeight",
                "learningRate", "gradientNorm", "tokens", "tokensPerSecond",
            ]
        ) {
            [
                $0.step, $0.epoch, $0.loss, $0.zeroShotLoss, $0.fewShotLoss, $0.fewShotWeight,
                $0.learningRate, $0.gradientNorm, $0.tokens, $0.tokensPerSecond ?? 0,
            ]
        }
    }

    public func append(_ answers: [AnswerRecord], to run: String) throws {
        if !answers.isEmpty { try write { try append(answers, to: run, $0) } }
    }

    func append(_ answers: [AnswerRecord], to run: String, _ db: Database) throws {
        try append(
            answers, to: run, into: "answer", db,
            [
                "model", "adapterScale", "shots", "subject", "split", "row", "questionHash",
                "repeat", "category", "scoring", "answer", "chosen", "correct", "logprobs",
                "choiceBytes", "margin", "text",
            ]
        ) {
            [
                $0.model, $0.adapterScale, $0.shots, $0.subject, $0.split, $0.row, $0.questionHash,
                $0.repeat, $0.category, $0.scoring, $0.answer, $0.chosen, $0.correct,
                try ($0.logprobs ?? $0.choiceLogprobs).map { try OrderedJSON.value(of: $0).line },
                try $0.choiceBytes.map { try OrderedJSON.value(of: $0).line },
                $0.margin, $0.text,
            ]
        }
    }

    /// A measurement of the same name and detail is replaced.
    public func append(_ measurements: [MeasurementEntry], to run: String) throws {
        if !measurements.isEmpty { try write { try append(measurements, to: run, $0) } }
    }

    func append(_ measurements: [MeasurementEntry], to run: String, _ db: Database) throws {
        try append(
            measurements, to: run, into: "measurement", db, ["name", "detail", "value"],
            replacing: true
        ) { [$0.name, $0.detail, $0.value] }
    }

    private func append<Entry: StoredEntry>(
        _ entries: [Entry], to run: String, into table: String, _ db: Database,
        _ columns: [String], replacing: Bool = false,
        _ values: (Entry) throws -> [(any DatabaseValueConvertible)?]
    ) throws {
        if try checked(entries).isEmpty { return }
        let number = try self.number(of: run, db)
        let statement = try db.cachedStatement(
            sql: "INSERT \(replacing ? "OR REPLACE " : "")INTO \(table) (run, "
                + columns.joined(separator: ", ") + ") VALUES (?"
                + String(repeating: ", ?", count: columns.count) + ")")
        for entry in entries {
            statement.setUncheckedArguments(StatementArguments([number] + (try values(entry))))
            try statement.execute()
        }
    }

    /// - Throws: `StoreError` where there is no such run.
    private func number(of run: String, _ db: Database) throws -> Int64 {
        let statement = try db.cachedStatement(sql: "SELECT number FROM run WHERE id = ?")
        guard let number = try Int64.fetchOne(statement, arguments: [run]) else {
            throw StoreError("\(path): there is no run '\(run)'; one is begun before it is written")
        }
        return number
    }
}

extension RunEntry: PersistableRecord {
    public static var databaseTableName: String { "run" }
}

extension Store {
    /// Changes the role of a run in its study.
    ///
    /// - Parameter role: "base", "selection" or "report"
    public func setRole(_ role: String, ofRun id: String) throws {
        try write { db in
            try db.execute(sql: "UPDATE run SET role = ? WHERE id = ?", arguments: [role, id])
        }
    }
}
