import Foundation

/// Permission bits of files and folders that this process writes.
///
/// Only the user has access while they are written. They get the bits of this type before they get
/// their names.
enum FileMode {
    /// Bits that the process's umask takes away.
    private static let mask: mode_t = {
        // The system call that reads the umask would change it, for all threads.
        let status = FileManager.default.contents(atPath: "/proc/self/status") ?? Data()
        let lines = String(decoding: status, as: UTF8.self).split(separator: "\n")
        let line = lines.first { $0.hasPrefix("Umask:") }
        let digits = line?.dropFirst("Umask:".count).trimmingCharacters(in: .whitespaces)
        return digits.flatMap { mode_t($0, radix: 8) } ?? 0o077
    }()

    /// The mode of the file or folder at `path`; that of a new one if there is none.
    static func ofReplacement(for path: String, isFolder: Bool) -> mode_t {
        var status = stat()
        if lstat(path, &status) == 0, status.st_mode & S_IFMT == (isFolder ? S_IFDIR : S_IFREG) {
            return status.st_mode & 0o777
        }
        return (isFolder ? 0o777 : 0o666) & ~mask
    }
}
