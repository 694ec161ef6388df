import Basics
import Foundation
import TestSupport
import Testing

/// Files that are something else than their names say.
@Suite struct FileFormatTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        let words: String

        init(_ name: String, _ bytes: [UInt8], _ words: String) {
            testDescription = name
            self.bytes = bytes
            self.words = words
        }

        init(_ name: String, _ text: String, _ words: String) {
            self.init(name, Array(text.utf8), words)
        }
    }

    /// What each is said to be, where safetensors or text is expected.
    static let samples: [Sample] = [
        Sample(
            "Git LFS pointer",
            "version https://git-lfs.github.com/spec/v1\noid sha256:ff208332ee07\nsize 1976163472\n",
            "is a Git LFS pointer to 1976163472 bytes, not the file itself"),
        Sample("HTML page", "\n <!DOCTYPE html>\n<html class=\"\">", "is an HTML page"),
        Sample("HTML page without a type", "\u{FEFF}<HTML><body>", "is an HTML page"),
        Sample(
            "XML page", "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>",
            "is an XML page, as servers send with an error"),
        Sample("empty", [], "is empty"),
        // pickle.dumps({'a': 1}, protocol=2) of Python 3.11.
        Sample(
            "pickle", [0x80, 0x02, 0x7D, 0x71, 0x00, 0x58, 0x01, 0, 0, 0, 0x61, 0x71, 0x01],
            "is a pickle"),
        Sample(
            "file of torch.save",
            Array("PK\u{3}\u{4}".utf8) + [0, 0, 8, 8] + Array("archive/data.pkl".utf8),
            "is a PyTorch file, a ZIP archive of pickles"),
        Sample("ZIP", Array("PK\u{3}\u{4}".utf8) + Array("mmlu/test.csv".utf8), "is a ZIP archive"),
        Sample(
            "GGUF", Array("GGUF".utf8) + [3, 0, 0, 0, 1, 0, 0, 0],
            "is a GGUF file, the format of llama.cpp"),
        Sample("gzip", [0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 3], "is a gzip archive"),
        Sample("Zstandard", [0x28, 0xB5, 0x2F, 0xFD, 4, 0], "is a Zstandard archive"),
        Sample("xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0], "is an xz archive"),
        Sample("Parquet", Array("PAR1".utf8) + [0x15, 4, 0x15], "is a Parquet file"),
        Sample("Arrow", "ARROW1\0\0", "is an Arrow file"),
        Sample("HDF5", [0x89] + Array("HDF\r\n".utf8), "is an HDF5 file"),
        Sample("NumPy", [0x93] + Array("NUMPY".utf8) + [1, 0], "is a NumPy array"),
        Sample("SQLite", "SQLite format 3\0....", "is an SQLite database"),
        Sample("PDF", "%PDF-1.7\n", "is a PDF document"),
    ]

    private func refusal(_ format: FileFormat, _ bytes: [UInt8]) throws -> String? {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/file"
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            do {
                #expect(try format.contents(of: path) == Data(bytes))
                return nil
            } catch let error as FileError {
                #expect(error.path == path)
                return "\(error.problem); \(error.remedy)"
            }
        }
    }

    @Test(arguments: samples)
    func `a file of another kind is called what it is`(sample: Sample) throws {
        for (format, title) in [
            (FileFormat.safetensors, "a safetensors file"),
            (.sentencePiece, "a SentencePiece model"), (.json, "a JSON file"),
            (.csv, "a CSV file"), (.text, "a text file"),
        ] {
            let words = try #require(try refusal(format, sample.bytes))
            #expect(words.hasPrefix("\(sample.words); \(title) is needed: "), "\(words)")
        }
    }

    @Test func `text in UTF-16 is no text, with its mark or without`() throws {
        let text = "a,b\n"
        for encoding in [
            String.Encoding.utf16, .utf16LittleEndian, .utf16BigEndian,
        ] {
            let bytes = [UInt8](try #require(text.data(using: encoding)))
            let words =
                "is text in UTF-16; a CSV file is needed: convert it to UTF-8 (iconv -f UTF-16 -t "
                + "UTF-8)"
            #expect(try refusal(.csv, bytes) == words)
        }
        #expect(try refusal(.csv, Array(text.utf8)) == nil)
        #expect(try refusal(.csv, Array("é,ü\n".utf8)) == nil)
    }

    @Test func `files that may have no byte may`() throws {
        #expect(try refusal(.yaml, []) == nil)
        #expect(try refusal(.jsonLines, []) == nil)
    }

    /// The header's length comes first, and its bytes may be anything.
    @Test func `a safetensors file whose first bytes are a pickle's is one`() throws {
        for (low, high) in [(UInt8(0x80), UInt8(2)), (0x80, 4), (0x1F, 0x8B)] {
            let count = Int(low) + 256 * Int(high)
            let header = Array("{}".utf8) + [UInt8](repeating: 0x20, count: count - 2)
            let bytes = [low, high, 0, 0, 0, 0, 0, 0] + header
            #expect(try refusal(.safetensors, bytes) == nil)
            #expect(
                try refusal(.json, bytes)?.hasPrefix("is a safetensors file; a JSON file is needed")
                    == true)
            // Cut short it is damaged, and still no pickle.
            #expect(try refusal(.safetensors, Array(bytes.prefix(200))) == nil)
        }
    }

    @Test func `a link that leads nowhere is named with its target`() throws {
        try Fixture.withTemporaryFolder { folder in
            let (link, chain) = (folder + "/config.json", folder + "/chain")
            let manager = FileManager.default
            try manager.createSymbolicLink(
                atPath: link, withDestinationPath: "../../blobs/0a1b")
            try manager.createSymbolicLink(atPath: chain, withDestinationPath: link)
            for (path, target) in [(link, "../../blobs/0a1b"), (chain, link)] {
                #expect(FileFormat.isThere(path))
                expectRefusal(
                    "\(path): is a link to '\(target)', which is not there; the file that it led to "
                        + "is needed: download it again (hf download), or copy the folder with the "
                        + "files that its links name (cp -L)"
                ) { try FileFormat.json.contents(of: path) }
            }
            #expect(try FileFormat.json.contents(of: folder + "/none") == nil)
            #expect(!FileFormat.isThere(folder + "/none"))
            #expect(try FileFormat.json.contents(of: folder) == nil)
        }
    }
}
