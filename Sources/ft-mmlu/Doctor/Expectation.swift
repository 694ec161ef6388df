import Basics
import Benchmarks
import Foundation

/// The expected contents of a file.
struct Expectation {
    /// SHA-256, in hexadecimal digits.
    let digest: String
    /// The size in bytes.
    let size: Int

    /// Parses a line of a wheel's RECORD: `path,sha256=base64url,size`. nil for lines without a
    /// hash, such as that of RECORD itself.
    static func of(line: String) -> (path: String, Expectation)? {
        let fields = line.split(separator: ",", omittingEmptySubsequences: false)
        let mark = "sha256="
        guard fields.count >= 3, let size = Int(fields[fields.count - 1]),
            fields[fields.count - 2].hasPrefix(mark)
        else { return nil }
        let letters = fields[fields.count - 2].dropFirst(mark.count)
            .replacing("-", with: "+").replacing("_", with: "/")
        guard let bytes = Data(base64Encoded: letters + "="), bytes.count == 32 else { return nil }
        let digest = bytes.map { String(format: "%02x", $0) }.joined()
        let path = fields.dropLast(2).joined(separator: ",")
        return (
            path.trimmingCharacters(in: ["\""]), Expectation(digest: digest, size: size)
        )
    }

    /// What is wrong with a file, as the rest of a sentence; nil where nothing is wrong.
    func problem(of path: String) throws -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else { return "is missing" }
        guard status.st_mode & S_IFMT == S_IFREG else { return "is no file" }
        guard status.st_size == size else { return "has \(status.st_size) bytes, not \(size)" }
        return try Self.digest(of: path) == digest ? nil : "has other bytes"
    }

    /// The SHA-256 of a file's bytes, in hexadecimal digits.
    static func digest(of path: String) throws -> String {
        guard let descriptor = try InputFile.open(path) else {
            throw FileError(path: path, problem: "cannot be opened")
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var digest = SHA256()
        while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
            digest.update([UInt8](piece))
        }
        return digest.hexDigest()
    }
}
