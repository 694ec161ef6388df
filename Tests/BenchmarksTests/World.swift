import Basics
import Foundation

@testable import Benchmarks

/// A small folder in MMLU's layout, gone with its last reference.
final class World {
    let folder: URL
    var dataset: MMLU { MMLU(folder: folder) }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "mmlu-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// A world in which each of these subjects has so many rows in each split.
    convenience init(_ subjects: [String: Int], splits: [Split] = Split.allCases) throws {
        try self.init()
        for split in splits {
            for (subject, count) in subjects {
                try write(
                    CSV.text(of: (0..<count).map { Self.fields(subject, split, $0) }),
                    to: "\(split)/\(subject)_\(split).csv")
            }
        }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    @discardableResult
    func write(_ text: String, to path: String) throws -> URL {
        let file = folder.appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        return file
    }

    /// The row's question; its answer goes through the letters.
    static func question(_ subject: String, _ split: Split, _ row: Int) -> Question {
        let fields = fields(subject, split, row)
        return Question(
            id: QuestionID(subject: subject, split: split, row: row), question: fields[0],
            choices: Array(fields[1...4]), answer: Letter.allCases[row % 4])
    }

    private static func fields(_ subject: String, _ split: Split, _ row: Int) -> [String] {
        let letter = Letter.allCases[row % 4].rawValue
        return ["\(subject) \(split) \(row)?", "one", "two", "three", "four", letter]
    }
}

/// The message of the error that the work throws; nil if it throws none.
func refusal(_ work: () throws -> Any) -> String? {
    do {
        _ = try work()
        return nil
    } catch {
        return "\(error)"
    }
}
