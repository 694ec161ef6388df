import Basics
import Foundation

/// A folder of results that appears whole or not at all.
enum OutputFolder {
    /// The remedy for a folder that cannot be made.
    static let remedy = "name another folder by --output"

    /// - Throws: `UsageError` where a file or a folder with contents is at the path.
    static func checkEmpty(_ path: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        guard isFolder.boolValue, names.isEmpty else {
            throw UsageError(
                "--output \(path): something is there already; name a new or empty folder")
        }
    }

    /// Tests, before long work, whether a folder can be made or written into; it leaves nothing
    /// there.
    ///
    /// - Throws: `FileError` with the system's reason.
    static func checkWritable(_ path: String) throws {
        // The missing folders, the outermost first.
        var missing: [URL] = []
        var place = URL(fileURLWithPath: path).standardizedFileURL
        while !FileManager.default.fileExists(atPath: place.path), place.path != "/" {
            missing.insert(place, at: 0)
            place.deleteLastPathComponent()
        }
        var made: [URL] = []
        defer { for folder in made.reversed() { rmdir(folder.path) } }
        for folder in missing {
            guard mkdir(folder.path, 0o755) == 0 else {
                throw FileError(
                    path: path,
                    problem: "the folder cannot be made: \(String(cString: strerror(errno)))")
            }
            made.append(folder)
        }
        if let reason = AtomicFile.obstacle(in: URL(fileURLWithPath: path).path) {
            throw FileError(
                path: path, problem: "cannot be written into: \(reason)",
                remedy: "a folder is needed")
        }
    }

    /// Writes files to a temporary folder next to `path`, then moves them there together.
    ///
    /// - Throws: `FileError` with the system's reason; then no files are left.
    static func write(to path: String, _ files: [(name: String, text: String)]) throws {
        try AtomicFolder.write(to: path) { folder in
            for file in files { try AtomicFile.write(file.text, to: folder + "/" + file.name) }
        }
    }
}
