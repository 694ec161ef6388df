import Foundation

/// Keeps a second process out of a folder until it is let go, or the process ends, however it ends.
public final class FolderLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `FileError` when another process has the folder.
    public init(_ folder: String) throws {
        descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        // File systems without locks give other errors; these do not stop a run.
        if descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
            // Thrown with all properties set: deinit closes the descriptor.
            throw FileError(
                path: folder, problem: "is in use by another process",
                remedy: "wait until that has ended")
        }
    }

    /// Waits until another process releases the folder.
    ///
    /// - Throws: `FileError` when there is no such folder.
    public init(waitingFor folder: String) throws {
        descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw FileError(system: folder, "cannot be opened")
        }
        // A file system without locks is no reason to stop.
        while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
    }

    deinit { if descriptor >= 0 { close(descriptor) } }
}
