import Foundation
import TestSupport
import Testing

@testable import Basics

@Suite struct TextFileTests {
    private func lines(_ text: String) throws -> [String] {
        try TextFile.lines(of: Data(text.utf8), named: "x").map {
            "\($0.number)\($0.isEnded ? "" : "?") \(try $0.text())"
        }
    }

    @Test(arguments: [
        ("a\nb\n", ["1 a", "2 b"]),
        ("a\r\nb\r\n", ["1 a", "2 b"]),
        ("\u{feff}a\r\n\r\n \t\nb", ["1 a", "4? b"]),
        ("\n\n a \n", ["3  a "]),
        ("a\rb\n", ["1 a\rb"]),
        ("a\u{feff}\n\u{feff}", ["1 a\u{feff}", "2? \u{feff}"]),
        ("\u{feff}\n", []), ("\u{feff}", []), ("", []),
    ])
    func `lines keep their numbers, without mark, blank lines and line ends`(
        text: String, expected: [String]
    ) throws {
        // By scalars: Swift's == takes some marks for nothing.
        #expect(
            try lines(text).map { Array($0.unicodeScalars) }
                == expected.map { Array($0.unicodeScalars) })
    }

    @Test(arguments: [
        ("\u{feff}a\r\n\r\n b\r", "a\n\n b\r"), ("a\r\r\n", "a\r\n"), ("\u{feff}", ""),
        ("a\u{feff}\n", "a\u{feff}\n"),
    ])
    func `a text has no mark, and line feeds`(text: String, expected: String) throws {
        let found = try TextFile.text(of: Data(text.utf8), named: "x")
        #expect(Array(found.utf8) == Array(expected.utf8))
    }

    @Test func `the line that is not UTF-8 is named`() throws {
        let bytes = Data("a\r\n\nb".utf8) + [0xE9, 0x0A] + Data("c".utf8)
        let words = "x, line 3: is not UTF-8; text in UTF-8 is needed"
        expectRefusal(words) { try TextFile.text(of: bytes, named: "x") }
        let lines = TextFile.lines(of: bytes, named: "x")
        expectRefusal(words) { try lines[1].text() }
        expectRefusal(words) { try lines[1].json() }
        #expect(try lines[2].text() == "c")
    }

    @Test func `a line that is not JSON is refused by its column`() {
        expectRefusal(
            "x, line 2: is not JSON: in column 4 a comma or ']' is missing; one JSON value a line is "
                + "needed"
        ) { try TextFile.lines(of: Data("\n[1 2]".utf8), named: "x")[0].json() }
    }

    @Test func `a file is read by its name, and a missing one is nil`() throws {
        try withTemporaryFolder { folder in
            let path = folder.path + "/x.txt"
            try Data("\u{feff}a\r\nb".utf8).write(to: URL(filePath: path))
            #expect(try FileFormat.text.text(of: path) == "a\nb")
            let lines = try #require(try FileFormat.text.lines(of: path))
            #expect(lines.map(\.place) == ["\(path), line 1", "\(path), line 2"])
            #expect(try FileFormat.text.lines(of: path + "x") == nil)
            #expect(try FileFormat.text.text(of: path + "x") == nil)
        }
    }
}
