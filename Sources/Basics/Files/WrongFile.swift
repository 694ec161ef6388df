/// A kind of file that is often given by mistake, known by its first bytes.
enum WrongFile: Equatable {
    case empty
    /// With the size of the file that it points to, where it says that.
    case lfsPointer(size: String?)
    case html
    case xml
    case pickle
    case pytorchArchive
    case gguf
    case utf16
    /// Another format, by its name with an article.
    case other(String)

    /// So many bytes of a file are looked at.
    static let headLength = 1024

    /// nil where nothing speaks against the expected format.
    ///
    /// - Parameters:
    ///   - head: the file's first bytes
    ///   - count: of all bytes of the file
    init?(head: [UInt8], count: Int, expected: FileFormat) {
        guard count > 0 else {
            if expected.mayBeEmpty { return nil }
            self = .empty
            return
        }
        // The length in front of a safetensors header may be any bytes, a pickle's among them.
        if expected == .safetensors, head.count > 8, head[8] == UInt8(ascii: "{") { return nil }
        if Self.isSafetensors(head, count) {
            self = .other("a safetensors file")
            return
        }
        let found = Self.byText(head) ?? Self.bySignature(head)
        guard let found else {
            guard expected.isText, Self.isWide(head) else { return nil }
            self = .utf16
            return
        }
        self = found
    }

    private static func byText(_ head: [UInt8]) -> WrongFile? {
        let text = head.starts(with: TextFile.byteOrderMark) ? head[3...] : head[...]
        if text.starts(with: "version https://git-lfs.github.com/spec/".utf8) {
            let lines = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline)
            let size = lines.first { $0.hasPrefix("size ") }?.dropFirst("size ".count)
            return .lfsPointer(size: size.map(String.init))
        }
        let start = text.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }.prefix(32)
        let word = String(decoding: start, as: UTF8.self).lowercased()
        if word.hasPrefix("<!doctype html") || word.hasPrefix("<html") { return .html }
        return word.hasPrefix("<?xml ") ? .xml : nil
    }

    private static func bySignature(_ head: [UInt8]) -> WrongFile? {
        func begins(_ bytes: UInt8...) -> Bool { head.starts(with: bytes) }
        // Opcode PROTO, of protocols 2 to 5.
        if head.count > 2, head[0] == 0x80, (2...5).contains(head[1]) { return .pickle }
        if begins(0x50, 0x4B, 0x03, 0x04) {
            // torch.save writes NAME/data.pkl first.
            let start = String(decoding: head.prefix(256), as: UTF8.self)
            return start.contains("/data.pkl") ? .pytorchArchive : .other("a ZIP archive")
        }
        if head.starts(with: "GGUF".utf8), head.count >= 8, head[6] == 0, head[7] == 0 {
            return .gguf
        }
        let others: [([UInt8], String)] = [
            ([0x1F, 0x8B, 0x08], "a gzip archive"),
            ([0x28, 0xB5, 0x2F, 0xFD], "a Zstandard archive"),
            ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "an xz archive"),
            (Array("PAR1".utf8) + [0x15], "a Parquet file"),
            (Array("ARROW1".utf8), "an Arrow file"),
            ([0x89] + Array("HDF\r\n".utf8), "an HDF5 file"),
            ([0x93] + Array("NUMPY".utf8), "a NumPy array"),
            (Array("SQLite format 3\0".utf8), "an SQLite database"),
            (Array("%PDF-".utf8), "a PDF document"),
        ]
        return others.first { head.starts(with: $0.0) }.map { .other($0.1) }
    }

    /// Whether a header's length and its opening brace begin the file.
    private static func isSafetensors(_ head: [UInt8], _ count: Int) -> Bool {
        guard head.count > 8, head[8] == UInt8(ascii: "{") else { return false }
        let length = head[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return length > 1 && length <= UInt64(count - 8)
    }

    /// Whether text has two bytes a letter: it has a byte order mark, or every second byte is zero.
    private static func isWide(_ head: [UInt8]) -> Bool {
        if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) { return true }
        let start = head.prefix(16)
        guard start.count >= 4 else { return false }
        return [0, 1].contains { parity in
            start.indices.allSatisfy { (start[$0] == 0) == ($0 % 2 == parity) }
        }
    }
}

extension WrongFile {
    /// The error: what the file is, what is expected, and what to do.
    func refusal(of path: String, expected: FileFormat) -> FileError {
        let (problem, remedy) = words(expected)
        return FileError(
            path: path, problem: problem, remedy: "\(expected.title) is needed: \(remedy)")
    }

    private func words(_ expected: FileFormat) -> (problem: String, remedy: String) {
        switch self {
        case .empty: ("is empty", "copy or download the file again")
        case .lfsPointer(let size):
            (
                "is a Git LFS pointer" + (size.map { " to \($0) bytes" } ?? "")
                    + ", not the file itself",
                "run git lfs pull in its folder, or download the file (hf download)"
            )
        case .html:
            (
                "is an HTML page",
                "download the file itself (hf download, or the address with /resolve/ in place of "
                    + "/blob/)"
            )
        case .xml: ("is an XML page, as servers send with an error", "download the file again")
        case .pickle, .pytorchArchive:
            (
                self == .pickle ? "is a pickle" : "is a PyTorch file, a ZIP archive of pickles",
                expected.isText
                    ? "write it as text"
                    : "a pickle can run code when it is read and is never opened; convert it by "
                        + "safetensors.torch.save_file"
            )
        case .gguf:
            (
                "is a GGUF file, the format of llama.cpp",
                "download the checkpoint that it was made from, in Hugging Face's format"
            )
        case .utf16: ("is text in UTF-16", "convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)")
        case .other(let name):
            (
                "is \(name)",
                expected.isText
                    ? "unpack it, or write it as text" : "copy or download the file again"
            )
        }
    }
}
