import Foundation

/// Folders for files that other programs read and write, such as gnuplot.
public enum TemporaryFolder {
    /// Makes a folder in TMPDIR, of this user alone (mode 0700) and under a name that nobody could
    /// foresee; it is gone after `body`.
    ///
    /// - Throws: `FileError` with the system's reason.
    public static func with<Result>(_ body: (_ folder: String) throws -> Result) throws -> Result {
        let parent = NSTemporaryDirectory()
        var template = Array((parent + "ft-mmlu-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw FileError(
                system: parent, "a temporary folder cannot be made",
                remedy: "set TMPDIR to a folder that can be written")
        }
        let bytes = template.dropLast().map(UInt8.init(bitPattern:))
        let folder = String(decoding: bytes, as: UTF8.self)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try body(folder)
    }
}
