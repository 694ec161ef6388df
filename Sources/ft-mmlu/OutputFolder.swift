import Foundation
import Studies
import Torch

/// A folder of results that appears whole or not at all.
enum OutputFolder {
    /// - Throws: `UsageError` where something is in the way.
    static func checkEmpty(_ path: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        guard isFolder.boolValue, names.isEmpty else {
            throw UsageError(
                "--output \(path): something is there already; name a new or empty folder")
        }
    }

    /// Writes files beside `path` and moves them there together.
    ///
    /// - Throws: `FileRefusal` with the system's reason; nothing is left behind then.
    static func write(to path: String, _ files: [(name: String, text: String)]) throws {
        try fill(path) { folder in
            for file in files { try WholeFile.write(file.text, to: folder + "/" + file.name) }
        }
    }

    /// As `write`, with files that `body` makes in the folder it is given.
    static func fill(_ path: String, _ body: (_ folder: String) throws -> Void) throws {
        let manager = FileManager.default
        let target = URL(fileURLWithPath: path).standardizedFileURL
        let partial = target.path + ".partial-\(getpid())"
        do {
            try manager.createDirectory(atPath: partial, withIntermediateDirectories: true)
        } catch {
            throw FileRefusal(
                path: path, problem: "the folder cannot be made: \(error.localizedDescription)")
        }
        defer { try? manager.removeItem(atPath: partial) }
        try body(partial)
        if rmdir(target.path) != 0, errno != ENOENT {
            throw FileRefusal(
                path: path, problem: "cannot be written: \(String(cString: strerror(errno)))",
                remedy: "a new or empty folder is needed")
        }
        guard rename(partial, target.path) == 0 else {
            throw FileRefusal(
                path: path, problem: "cannot be written: \(String(cString: strerror(errno)))")
        }
    }
}
