// Whoever reads tensors' files meets their refusals.
@_exported import struct Basics.FileRefusal
import Foundation
import Glibc

/// Writing files so that a reader finds all of the new file, or the old one.
public enum WholeFile {
    /// Writes beside `path` and moves the result there when every byte is on the disk.
    ///
    /// - Parameter body: receives a function that appends bytes.
    /// - Throws: `FileRefusal` with the system's reason; nothing is left behind then.
    public static func write(
        to path: String, _ body: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
    ) throws {
        let partial = path + partialMark + "\(getpid())"
        func refusal() -> FileRefusal {
            FileRefusal(
                path: path, problem: "cannot be written: \(String(cString: strerror(errno)))")
        }
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw refusal() }
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
                        throw refusal()
                    }
                    rest = UnsafeRawBufferPointer(rebasing: rest[written...])
                }
            }
            guard fsync(descriptor) == 0 else { throw refusal() }
        }
        guard rename(partial, path) == 0 else { throw refusal() }
        finished = true
    }

    private static let partialMark = ".partial-"

    /// Whether a name is that of a file whose writer was killed.
    public static func isLeftover(_ name: String) -> Bool {
        guard let mark = name.range(of: partialMark, options: .backwards) else { return false }
        let process = name[mark.upperBound...]
        return !process.isEmpty && process.allSatisfy(\.isNumber)
    }

    /// Removes what killed writers have left in a folder where nobody writes now.
    public static func removeLeftovers(in folder: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where isLeftover(name) { unlink(folder + "/" + name) }
    }

    /// Writes a text.
    public static func write(_ text: String, to path: String) throws {
        try write(to: path) { write in try Array(text.utf8).withUnsafeBytes { try write($0) } }
    }
}
