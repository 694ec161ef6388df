import Foundation
import Torch

/// The folder of one run. Every file in it is written whole, or grows by whole lines.
public struct RunFolder: Sendable {
    public let path: String

    /// Makes the folder.
    ///
    /// - Throws: `FileRefusal` when it is in use: it holds anything.
    public init(making path: String) throws {
        let manager = FileManager.default
        if manager.fileExists(atPath: path) {
            let names = try? manager.contentsOfDirectory(atPath: path)
            guard let names else {
                throw FileRefusal(
                    path: path, problem: "is not a folder", remedy: "name a new one by --output")
            }
            if let first = names.min() {
                throw FileRefusal(
                    path: path, problem: "is in use: it holds '\(first)'",
                    remedy: "name a new or empty folder by --output")
            }
        }
        do {
            try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw FileRefusal(
                path: path, problem: "cannot be made: \(error.localizedDescription)")
        }
        self.path = path
    }

    /// The first free name of `runs/<date>-<title>[-n]`.
    public static func freePath(_ title: String, now: Date = Date()) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "yyyy-MM-dd"
        let base = "runs/\(formatter.string(from: now))-\(title)"
        var path = base
        var number = 2
        while FileManager.default.fileExists(atPath: path) {
            path = "\(base)-\(number)"
            number += 1
        }
        return path
    }

    public var adapter: String { path + "/adapter" }

    /// Does what fills the folder; when it fails before anything is written, the folder goes too.
    public func filled<Result>(by body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            rmdir(path)
            throw error
        }
    }

    func write(_ value: JSONValue, to name: String) throws {
        try WholeFile.write(value.document, to: path + "/" + name)
    }

    /// config.yaml: complete, with sorted names, without `output`; runs again by `--config`.
    func writeConfig(_ settings: [(String, JSONValue)]) throws {
        var seen: Set<String> = []
        let lines = settings.filter { seen.insert($0.0).inserted }.sorted { $0.0 < $1.0 }
            .map { "\($0.0): \($0.1.line)" }
        try WholeFile.write(lines.joined(separator: "\n") + "\n", to: path + "/config.yaml")
    }

    func lines(_ name: String) throws -> LineFile { try LineFile(path: path + "/" + name) }
}

/// A file that grows by whole lines.
final class LineFile {
    private let path: String
    private let handle: FileHandle

    init(path: String) throws {
        self.path = path
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw FileRefusal(path: path, problem: "cannot be made") }
        self.handle = handle
    }

    /// Appends lines; a reader drops a last line that a crash tore.
    func append(_ lines: [JSONValue]) throws {
        do {
            try handle.write(contentsOf: Data(lines.map { $0.line + "\n" }.joined().utf8))
        } catch {
            throw FileRefusal(
                path: path, problem: "cannot be written: \(error.localizedDescription)")
        }
    }

    deinit { try? handle.close() }
}
