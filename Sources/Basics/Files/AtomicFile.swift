import Foundation

/// Writing files so that a reader finds all of the new file, or the old one.
public enum AtomicFile {
    /// Writes to a temporary file in the same folder and moves it to `path` when every byte is on
    /// the disk.
    ///
    /// An existing file gives its permissions; a new one has those of the umask, or `mode`.
    ///
    /// - Parameter body: receives a function that appends bytes.
    /// - Throws: `FileError` with the system's reason, and for a link, a pipe, a socket or a device
    ///   under the name; no temporary file remains.
    public static func write(
        to path: String, mode: mode_t? = nil,
        _ body: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
    ) throws {
        try PlainFile.check(path)
        let partial = PartialName.beside(path)
        let descriptor = open(
            partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError(system: path, "cannot be written") }
        var finished = false
        defer { if !finished { unlink(partial) } }
        do {
            defer { close(descriptor) }
            try body { bytes in
                var rest = bytes
                while !rest.isEmpty {
                    let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
                    if written < 0 {
                        if errno == EINTR { continue }
                        throw FileError(system: path, "cannot be written")
                    }
                    rest = UnsafeRawBufferPointer(rebasing: rest[written...])
                }
            }
            // A file system without permissions reports an error, which is ignored.
            fchmod(descriptor, mode ?? FileMode.ofReplacement(for: path, isFolder: false))
            guard fsync(descriptor) == 0 else { throw FileError(system: path, "cannot be written") }
        }
        guard rename(partial, path) == 0 else { throw FileError(system: path, "cannot be written") }
        finished = true
    }

    /// Whether a name is that of a temporary file whose writer was killed.
    public static func isLeftover(_ name: String) -> Bool { PartialName.isLeftover(name) }

    /// Removes the temporary files of killed writers from a folder that has no writer now.
    public static func removeLeftovers(in folder: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where isLeftover(name) { unlink(folder + "/" + name) }
    }

    /// Writes a text.
    public static func write(_ text: String, to path: String) throws {
        try write(Data(text.utf8), to: path)
    }

    /// Writes bytes.
    public static func write(_ data: Data, to path: String, mode: mode_t? = nil) throws {
        try write(to: path, mode: mode) { write in try data.withUnsafeBytes { try write($0) } }
    }

    /// Makes a file in a folder and removes it.
    ///
    /// - Returns: the system's reason where that cannot be done
    public static func obstacle(in folder: String) -> String? {
        let trial = PartialName.beside(folder + "/trial")
        let descriptor = open(trial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return String(cString: strerror(errno)) }
        close(descriptor)
        unlink(trial)
        return nil
    }
}
