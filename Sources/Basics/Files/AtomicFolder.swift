import Foundation

/// Writing folders so that a reader finds all of the new folder, or none.
public enum AtomicFolder {
    /// Fills a temporary folder next to `path` and moves it there.
    ///
    /// An existing empty folder gives its permissions; a new one has those of the umask.
    ///
    /// - Parameters:
    ///   - path: of a folder that does not exist, or is empty
    ///   - body: receives the path of the folder to fill
    /// - Throws: `FileError` with the system's reason; no temporary folder remains.
    public static func write(
        to path: String, _ body: (_ folder: String) throws -> Void
    ) throws {
        let manager = FileManager.default
        // A name that ends in a slash would put the folder inside of itself.
        let target = URL(fileURLWithPath: path).standardizedFileURL.path
        do throws(FileError) {
            try manager.makeFolder((target as NSString).deletingLastPathComponent)
        } catch {
            throw FileError(path: path, problem: error.problem)
        }
        let partial = PartialName.beside(target)
        guard mkdir(partial, 0o700) == 0 else {
            throw FileError(system: path, "cannot be made")
        }
        var isWhole = false
        defer { if !isWhole { try? manager.removeItem(atPath: partial) } }
        try body(partial)
        chmod(partial, FileMode.ofReplacement(for: target, isFolder: true))
        guard rename(partial, target) == 0 else {
            throw FileError(
                system: path, "cannot be written", remedy: "a new or empty folder is needed")
        }
        isWhole = true
    }
}
