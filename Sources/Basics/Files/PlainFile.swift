import Foundation

/// Opens files for writing where another user may have put something else under the name.
///
/// A link could lead to a file of the user's own, and a pipe would block the writer.
public enum PlainFile {
    /// Rejects a link, a pipe, a socket and a device under a name; a missing file is accepted.
    ///
    /// - Throws: `FileError` that says what it is.
    public static func check(_ path: String) throws(FileError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        try check(status, of: path)
    }

    static func check(_ status: stat, of path: String) throws(FileError) {
        guard let kind = FileKind(status) else { return }
        throw FileError(
            path: path, problem: "is \(kind.rawValue); nothing is written through it",
            remedy: "a file of its own is needed: remove it, or put a copy of the file in its place"
        )
    }

    /// Rejects a file with a second name: lines added under one name appear under the other.
    static func checkNames(_ status: stat, of path: String) throws(FileError) {
        guard status.st_mode & S_IFMT == S_IFREG, status.st_nlink > 1 else { return }
        throw FileError(
            path: path,
            problem: "has \(status.st_nlink) names (hard links); nothing is added to such a file",
            remedy: "a file of its own is needed: put a copy of the file in its place")
    }

    /// Opens a file to add to its end, and makes one where there is none.
    ///
    /// - Parameters:
    ///   - isNew: whether there must be none
    ///   - isRead: whether it is read too
    /// - Returns: the descriptor
    /// - Throws: `FileError` for a link, a pipe, a socket, a device, a file with a second name, and
    ///   with the system's reason.
    public static func openToAdd(
        to path: String, isNew: Bool = false, isRead: Bool = false
    ) throws(FileError) -> Int32 {
        if !isNew { try check(path) }
        // Opening does not wait: another user may put a pipe there at this moment.
        let flags = O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
        let descriptor = open(
            path, flags | (isRead ? O_RDWR : O_WRONLY) | (isNew ? O_EXCL : 0), 0o666)
        guard descriptor >= 0 else { throw FileError(system: path, "cannot be written") }
        var status = stat()
        do throws(FileError) {
            guard fstat(descriptor, &status) == 0 else {
                throw FileError(system: path, "cannot be written")
            }
            try check(status, of: path)
            try checkNames(status, of: path)
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }
}
