import Foundation

extension FileManager {
    /// Makes a folder and its parent folders; an existing one is unchanged.
    ///
    /// - Parameter remedy: what the user can do if it cannot be made
    /// - Throws: `FileError` with the system's reason.
    public func makeFolder(_ path: String, remedy: String = "") throws(FileError) {
        do {
            try createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw FileError(
                path: path, problem: "cannot be made: \(error.localizedDescription)",
                remedy: remedy)
        }
    }

    /// Whether a folder is under a path, or a link to one.
    public static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            && isFolder.boolValue
    }

    /// When a file was written; nil if it does not exist.
    public static func modificationDate(of path: String) -> Date? {
        try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
    }
}
