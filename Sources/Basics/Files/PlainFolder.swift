import Foundation

/// Folders that a program writes into, which may come from somebody else.
public enum PlainFolder {
    /// Rejects a folder with links, pipes, sockets or devices at any depth, and with files that
    /// grow by lines (`.jsonl`, `.log`) and have a second name.
    ///
    /// The folder itself may be a link. Hidden names are skipped: no file of ours has one, and
    /// editors keep links under them. A missing folder is accepted.
    ///
    /// - Throws: `FileError` for the first, in the order of names.
    public static func check(_ folder: String) throws(FileError) {
        // Not by recursion: a folder from somebody else may be of any depth.
        var pending = [folder]
        while let place = pending.popLast() {
            var folders: [String] = []
            for name in try names(in: place) where !name.hasPrefix(".") {
                let path = place + "/" + name
                var status = stat()
                guard lstat(path, &status) == 0 else { continue }
                try PlainFile.check(status, of: path)
                if growing.contains(where: name.hasSuffix) {
                    try PlainFile.checkNames(status, of: path)
                }
                if status.st_mode & S_IFMT == S_IFDIR { folders.append(path) }
            }
            pending += folders.reversed()
        }
    }

    /// Makes a folder inside one that another user may control; an existing folder stays.
    ///
    /// - Throws: `FileError` for a link under the name, and with the system's reason.
    public static func make(_ path: String) throws(FileError) {
        try PlainFile.check(path)
        try FileManager.default.makeFolder(path)
    }

    private static let growing = [".jsonl", ".log"]

    private static func names(in folder: String) throws(FileError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        } catch {
            var status = stat()
            // The reader of a folder reports it if it is missing or no folder.
            guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return [] }
            throw FileError(
                path: folder, problem: "cannot be looked into: \(error.localizedDescription)",
                remedy: "a folder whose files can be read is needed")
        }
    }
}
