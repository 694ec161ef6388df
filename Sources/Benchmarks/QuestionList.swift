import Basics
import Foundation

/// Questions that a CSV file lists. Its header is `subject`, `split` and `row`, and optionally
/// `set`, by which one file contains several lists. Rows count from 0.
public struct QuestionList: Sendable {
    private let path: String
    private let entries: [(set: String?, id: QuestionID)]

    /// - Throws: `InputError` or `FileError` with the file, the line and what is expected.
    public init(file path: String) throws {
        self.path = path
        guard let data = try FileFormat.csv.contents(of: path) else {
            throw FileError(
                path: path, problem: "is not there, or cannot be read",
                remedy: "a CSV file with the columns subject, split, row and perhaps set is needed")
        }
        let rows = try CSV.rows(of: Array(data), named: path)
        let header = rows.first?.map { $0.trimmed } ?? []
        func column(_ name: String) throws -> Int {
            guard let index = header.firstIndex(of: name) else {
                throw InputError(
                    "\(path): its first row has no column '\(name)'; a header with subject, split,"
                        + " row and perhaps set is needed")
            }
            return index
        }
        let (subject, split, row) = (
            try column("subject"), try column("split"), try column("row")
        )
        let set = header.firstIndex(of: "set")
        entries = try rows.dropFirst().enumerated().map { index, fields in
            func refusal(_ found: String) -> InputError {
                InputError("\(path), row \(index + 2): \(found)")
            }
            guard fields.count == header.count else {
                throw refusal(
                    "has \(fields.count) fields; \(header.count) are needed, as in the header")
            }
            let name: String
            do { name = try Subjects.subject(named: fields[subject]).name } catch {
                throw refusal("\(error)")
            }
            guard let part = Split(rawValue: fields[split]) else {
                throw refusal("has split '\(fields[split])'; one of dev, val, test is needed")
            }
            guard let number = Int(fields[row]), number >= 0 else {
                throw refusal("has row '\(fields[row])'; a whole number from 0 is needed")
            }
            return (
                set.map { fields[$0] }, QuestionID(subject: name, split: part, row: number)
            )
        }
        guard !entries.isEmpty else {
            throw InputError("\(path): names no question; at least one row is needed")
        }
    }

    /// The sets of the file, in its order; none where it has no column for them.
    public var sets: [String] {
        var seen: Set<String> = []
        return entries.compactMap(\.set).filter { seen.insert($0).inserted }
    }

    /// The questions of some sets, in the file's order, each row once.
    ///
    /// - Parameter wanted: names of sets; none takes all rows
    /// - Throws: `InputError` for a missing set or row.
    public func questions(of wanted: [String], in dataset: MMLU) throws -> [Question] {
        if let unknown = wanted.first(where: { !sets.contains($0) }) {
            throw InputError(
                "\(path): has no set '\(unknown)'; "
                    + (sets.isEmpty
                        ? "a column 'set' is needed" : expectation(of: sets, for: unknown)))
        }
        var seen: Set<QuestionID> = []
        return try entries.filter { entry in
            (wanted.isEmpty || entry.set.map(wanted.contains) == true)
                && seen.insert(entry.id).inserted
        }.map { try dataset.question(at: $0.id) }
    }
}
