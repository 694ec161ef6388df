import Basics
import GRDB

/// A row that is taken from a store, or put into one, if its names are such as ft-mmlu writes.
///
/// Names are drawn, printed and made parts of paths; a store may come from a stranger.
protocol StoredEntry: FetchableRecord, Codable {
    /// The name of a row in messages, with its article.
    static var title: String { get }

    /// By column.
    var names: [(column: String, kind: StoredName, text: String?)] { get }
}

/// The kinds of text in a store, by the characters that they may contain.
enum StoredName {
    /// Letters, digits and hyphens, as a run's id.
    case id
    /// No control characters.
    case line
    /// Nor quotes, backquotes, backslashes and signs of markup: a name among settings.
    case word
    /// Nor slashes: the name of a folder.
    case folder

    fileprivate func allows(_ text: String) -> Bool {
        guard !text.hasControlCharacters else { return false }
        let letters = text.unicodeScalars
        switch self {
        case .id:
            return !text.isEmpty && text.utf8.count <= 64
                && letters.allSatisfy { $0.isASCII && ($0.properties.isAlphabetic || $0.isIDSign) }
        case .line: return true
        case .word: return !letters.contains { "\"'`\\<>$".unicodeScalars.contains($0) }
        case .folder: return !text.isEmpty && !text.contains("/") && text != "." && text != ".."
        }
    }

    fileprivate var need: String {
        switch self {
        case .id: "letters, digits and hyphens are"
        case .line: "a text on one line is"
        case .word: "a plain word is"
        case .folder: "the name of a folder is"
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isIDSign: Bool { ("0"..."9").contains(self) || self == "-" }
}

extension Store {
    /// Rows that a query finds.
    ///
    /// - Throws: `StoreError` for a name that ft-mmlu writes in no store.
    func rows<Entry: StoredEntry>(
        _ db: Database, _ sql: String, _ arguments: StatementArguments = []
    ) throws -> [Entry] {
        try checked(Entry.fetchAll(db.cachedStatement(sql: sql), arguments: arguments))
    }

    /// The same entries.
    func checked<Entry: StoredEntry>(_ entries: [Entry]) throws -> [Entry] {
        for entry in entries {
            for (column, kind, text) in entry.names {
                guard let text, !kind.allows(text) else { continue }
                throw StoreError(
                    "\(path): the \(column) of \(Entry.title) is '\(text.visibleLine)'; \(kind.need) "
                        + "needed, as ft-mmlu writes it")
            }
        }
        return entries
    }
}

extension SweepEntry: StoredEntry {
    static var title: String { "a study" }
    var names: [(column: String, kind: StoredName, text: String?)] {
        [("id", .line, id), ("kind", .word, kind)]
    }
}

extension RunEntry: StoredEntry {
    static var title: String { "a run" }
    var names: [(column: String, kind: StoredName, text: String?)] {
        [
            ("id", .id, id), ("command", .word, command), ("model", .line, model),
            ("target", .word, target), ("category", .word, category),
            ("objective", .word, objective), ("prompt", .word, prompt),
            ("scoring", .word, scoring), ("promptHash", .word, promptHash),
            ("programVersion", .line, programVersion), ("libtorchVersion", .line, libtorchVersion),
            ("gitCommit", .word, gitCommit), ("study", .line, study), ("cell", .folder, cell),
            ("family", .line, family), ("role", .word, role),
        ]
    }
}

extension AnswerRecord: StoredEntry {
    static var title: String { "an answer" }
    var names: [(column: String, kind: StoredName, text: String?)] {
        [
            ("model", .word, model), ("subject", .folder, subject), ("split", .word, split),
            ("questionHash", .word, questionHash), ("category", .word, category),
            ("scoring", .word, scoring), ("answer", .word, answer), ("chosen", .word, chosen),
        ]
    }
}

extension AnswerRecord {
    /// The record as the store has it: its column `logprobs` also contains those of choices.
    var scored: AnswerRecord {
        guard choiceBytes != nil else { return self }
        var record = self
        swap(&record.logprobs, &record.choiceLogprobs)
        return record
    }
}

extension MeasurementEntry: StoredEntry {
    static var title: String { "a measurement" }
    var names: [(column: String, kind: StoredName, text: String?)] {
        [("name", .line, name), ("detail", .line, detail)]
    }
}

extension AccuracyEntry: StoredEntry {
    static var title: String { "an accuracy" }
    var names: [(column: String, kind: StoredName, text: String?)] {
        [
            ("model", .word, model), ("scoring", .word, scoring), ("category", .word, category),
            ("subject", .folder, subject),
        ]
    }
}

extension QuestionEntry: StoredEntry {
    static var title: String { "a question" }
    var names: [(column: String, kind: StoredName, text: String?)] {
        [
            ("model", .word, model), ("category", .word, category), ("subject", .folder, subject),
            ("split", .word, split), ("questionHash", .word, questionHash),
            ("answer", .word, answer),
        ]
    }
}

extension StepRecord: StoredEntry {
    static var title: String { "a step" }
    var names: [(column: String, kind: StoredName, text: String?)] { [] }
}
