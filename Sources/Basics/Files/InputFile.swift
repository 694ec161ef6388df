import Foundation

/// Opens and reads input files: only regular files, up to a limit of size.
///
/// Opening a FIFO would block, and a device may do anything when it is opened. Both are rejected by
/// their kind, before they are opened.
public enum InputFile {
    /// Opens a regular file for reading.
    ///
    /// A pipe that the shell made for a command line, as `<(…)`, is read too.
    ///
    /// - Returns: a descriptor, which the caller closes; nil where `errno` says why there is none
    /// - Throws: `FileError` for a FIFO, a device or a socket
    public static func open(_ path: String) throws(FileError) -> Int32? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        try check(status, path)
        // A pipe that has replaced the file since then does not block either.
        let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { return nil }
        do {
            guard fstat(descriptor, &status) == 0 else {
                close(descriptor)
                return nil
            }
            try check(status, path)
        } catch {
            close(descriptor)
            throw error
        }
        let flags = fcntl(descriptor, F_GETFL)
        if flags >= 0 { _ = fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK) }
        return descriptor
    }

    /// Rejects a path that is neither a regular file nor a folder nor missing; the caller handles
    /// the latter two.
    ///
    /// - Throws: `FileError` for a FIFO, a device or a socket
    public static func check(_ path: String) throws(FileError) {
        var status = stat()
        if stat(path, &status) == 0 { try check(status, path) }
    }

    /// All bytes of a file.
    ///
    /// - Parameter limit: bytes; a longer file is rejected
    /// - Returns: nil if it does not exist or cannot be read; `errno` says why
    /// - Throws: `FileError` for a file that is not regular, and for one that is too long
    public static func contents(
        of path: String, limit: Int = longestText
    ) throws(FileError) -> Data? {
        guard let descriptor = try open(path) else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            errno = EISDIR
            return nil
        }
        func tooLong(_ found: String) -> FileError {
            FileError(
                path: path, problem: "has \(found) bytes", remedy: "at most \(limit) are read")
        }
        guard status.st_size <= limit else { throw tooLong("\(status.st_size)") }
        // A pipe and a file of /proc have no size, and a file may grow beyond its size.
        var data = Data(count: min(limit, max(Int(status.st_size), 4096)) + 1)
        var filled = 0
        while true {
            let room = data.count - filled
            let count = data.withUnsafeMutableBytes { bytes in
                read(descriptor, bytes.baseAddress.map { $0 + filled }, room)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return nil }
            filled += count
            if count == 0 { break }
            guard filled <= limit else { throw tooLong("more than \(limit)") }
            if filled == data.count { data.count = min(limit + 1, 2 * data.count) }
        }
        data.count = filled
        return data
    }

    /// Bytes of a text that is read as a whole.
    public static let longestText = 1 << 28

    private static func check(_ status: stat, _ path: String) throws(FileError) {
        guard let kind = FileKind(status) else { return }
        if kind == .pipe, isGivenByShell(path) { return }
        // /dev/null, which is empty.
        if kind == .device, status.st_mode & S_IFMT == S_IFCHR, status.st_rdev == 0x103 { return }
        throw FileError(
            path: path, problem: "is \(kind.rawValue)", remedy: "a regular file is needed")
    }

    /// Whether a path is a descriptor that this process inherited; a link in a folder has another
    /// name.
    private static func isGivenByShell(_ path: String) -> Bool {
        path == "/dev/stdin"
            || ["/dev/fd/", "/proc/self/fd/"].contains { start in
                path.hasPrefix(start) && Int32(path.dropFirst(start.count)) != nil
            }
    }
}
