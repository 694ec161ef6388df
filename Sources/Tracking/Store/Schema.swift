import GRDB

/// Tables and views, by named migrations that run forward.
///
/// Tables contain observations. Accuracies are views: nothing that follows from rows is stored.
enum Schema {
    /// A released migration is never changed; a change is a new migration.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 runs, steps, answers, measurements") { try first($0) }
        migrator.registerMigration("2 questions' content hashes") { try questionHashes($0) }
        migrator.registerMigration("3 incomplete questions") { try incompleteQuestions($0) }
        return migrator
    }

    private static func first(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE study (
                  id TEXT NOT NULL PRIMARY KEY,
                  kind TEXT,
                  folder TEXT,
                  configuration TEXT,
                  startedAt DATETIME NOT NULL,
                  finishedAt DATETIME
                );
                CREATE TABLE run (
                  number INTEGER PRIMARY KEY,
                  id TEXT NOT NULL UNIQUE,
                  study TEXT REFERENCES study (id),
                  cell TEXT,
                  family TEXT,
                  role TEXT CHECK (role IN ('base', 'selection', 'report')),
                  command TEXT NOT NULL,
                  commandLine TEXT,
                  folder TEXT NOT NULL,
                  startedAt DATETIME NOT NULL,
                  finishedAt DATETIME,
                  failure TEXT,
                  model TEXT NOT NULL,
                  target TEXT,
                  category TEXT,
                  objective TEXT,
                  learningRate DOUBLE,
                  fewShotWeight DOUBLE,
                  seed INTEGER,
                  prompt TEXT,
                  scoring TEXT,
                  settings TEXT NOT NULL,
                  inputs TEXT NOT NULL,
                  promptHash TEXT,
                  programVersion TEXT NOT NULL,
                  libtorchVersion TEXT NOT NULL,
                  gitCommit TEXT
                );
                CREATE INDEX runByStudy ON run (study);
                CREATE TABLE step (
                  run INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
                  step INTEGER NOT NULL,
                  epoch INTEGER NOT NULL,
                  loss DOUBLE,
                  zeroShotLoss DOUBLE,
                  fewShotLoss DOUBLE,
                  fewShotWeight DOUBLE NOT NULL,
                  learningRate DOUBLE NOT NULL,
                  gradientNorm DOUBLE,
                  tokens INTEGER NOT NULL,
                  tokensPerSecond DOUBLE NOT NULL,
                  PRIMARY KEY (run, step)
                ) WITHOUT ROWID;
                CREATE TABLE answer (
                  run INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
                  model TEXT NOT NULL,
                  adapterScale DOUBLE NOT NULL,
                  shots INTEGER NOT NULL,
                  subject TEXT NOT NULL,
                  split TEXT NOT NULL,
                  row INTEGER NOT NULL,
                  repeat INTEGER NOT NULL,
                  category TEXT NOT NULL,
                  scoring TEXT NOT NULL,
                  answer TEXT NOT NULL,
                  chosen TEXT,
                  correct BOOLEAN NOT NULL,
                  logprobs TEXT,
                  choiceBytes TEXT,
                  margin DOUBLE,
                  text TEXT
                );
                CREATE UNIQUE INDEX answerByPlace
                  ON answer (run, model, adapterScale, shots, subject, split, row, repeat);
                CREATE TABLE measurement (
                  run INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
                  name TEXT NOT NULL,
                  detail TEXT NOT NULL,
                  value DOUBLE NOT NULL,
                  PRIMARY KEY (run, name, detail)
                ) WITHOUT ROWID;
                """)
        for (name, select) in [
            ("question", Views.firstQuestion), ("accuracy", Views.accuracy),
            ("subjectAccuracy", Views.subjectAccuracy),
        ] {
            try db.execute(sql: "CREATE VIEW \(name) AS \(select("answer"))")
        }
    }

    /// Answers of runs that stored none have null.
    private static func questionHashes(_ db: Database) throws {
        try db.execute(
            sql: """
                ALTER TABLE answer ADD COLUMN questionHash TEXT;
                DROP VIEW question;
                CREATE VIEW question AS \(Views.question("answer"));
                """)
    }

    /// Accuracies leave out questions that lack repeats, and count them.
    private static func incompleteQuestions(_ db: Database) throws {
        try db.execute(
            sql: """
                DROP VIEW accuracy;
                DROP VIEW subjectAccuracy;
                CREATE VIEW accuracy AS \(Views.accuracy("answer"));
                CREATE VIEW subjectAccuracy AS \(Views.subjectAccuracy("answer"));
                """)
    }
}
