import Foundation

/// The expected format of an input file.
///
/// Every reader of such files checks here first. An unexpected file is then named by its kind: a
/// Git LFS pointer, a page of HTML, a pickle, and so on (`WrongFile`).
public enum FileFormat: Sendable, CaseIterable {
    case safetensors, sentencePiece, json, jsonLines, csv, yaml, text

    /// For messages, with its article.
    var title: String {
        switch self {
        case .safetensors: "a safetensors file"
        case .sentencePiece: "a SentencePiece model"
        case .json: "a JSON file"
        case .jsonLines: "a file of JSON lines"
        case .csv: "a CSV file"
        case .yaml: "a YAML file"
        case .text: "a text file"
        }
    }

    /// Bytes; no such file of use is longer.
    var longest: Int {
        switch self {
        case .yaml: 1 << 24
        case .json, .text, .sentencePiece: InputFile.longestText
        case .csv: 1 << 32
        case .jsonLines: 1 << 35
        case .safetensors: .max
        }
    }

    /// Whether a file without a byte may be one.
    var mayBeEmpty: Bool { self == .yaml || self == .jsonLines }

    var isText: Bool { self != .safetensors && self != .sentencePiece }
}

extension FileFormat {
    /// Whether anything with this name exists, including a link without a target.
    ///
    /// `FileManager.fileExists` returns false for such a link, and the reader would call the file
    /// missing.
    public static func isThere(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// The bytes of a file.
    ///
    /// - Returns: nil where nothing can be read under this name; the caller reports what it looked
    ///   for.
    /// - Throws: `FileError` for a link without a target, and for a file that is not regular, is
    ///   too long, or is of another kind.
    public func contents(of path: String) throws(FileError) -> Data? {
        try Self.checkLink(path)
        guard let data = try InputFile.contents(of: path, limit: longest) else { return nil }
        try check(data, of: path)
        return data
    }

    /// Rejects bytes of another kind of file.
    ///
    /// - Parameter data: all bytes of the file
    /// - Throws: `FileError` that says what the file is and what to do.
    public func check(_ data: some DataProtocol, of path: String) throws(FileError) {
        let head = [UInt8](data.prefix(WrongFile.headLength))
        guard let wrong = WrongFile(head: head, count: data.count, expected: self) else { return }
        throw wrong.refusal(of: path, expected: self)
    }

    /// Rejects a link without a target, as in a hub's cache that was copied without blobs.
    ///
    /// - Throws: `FileError` that names the link and its target.
    public static func checkLink(_ path: String) throws(FileError) {
        var status = stat()
        guard stat(path, &status) != 0, errno == ENOENT || errno == ENOTDIR || errno == ELOOP,
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path)
        else { return }
        throw FileError(
            path: path, problem: "is a link to '\(target)', which is not there",
            remedy: "the file that it led to is needed: download it again (hf download), or copy "
                + "the folder with the files that its links name (cp -L)")
    }
}
