import Basics
import Foundation
import TestSupport
import Testing

@testable import ft_mmlu

/// What reaches a terminal cannot steer it.
@Suite struct HarmlessOutputTests {
    private static let hostile = "a\u{1B}]0;x\u{7}\r\n\u{9B}31m\u{202E}b"
    private static let shown = #"a\u001B]0;x\u0007\r\n\u009B31m\u202Eb"#

    @Test func `a line stays one line, and our own sequences work`() {
        let text = ScreenText.sequence(.green) + .line(Self.hostile) + .sequence(.plain)
        #expect(text.bytes == "\u{1B}[32m" + Self.shown + "\u{1B}[0m")
        #expect(ScreenText.lines("a\tb\n\u{1B}c\r\n").bytes == "a\tb\n\\u001Bc\\r\n")
    }

    @Test func `columns are as wide as what is shown`() {
        let columns = TextTable([["a\nb", "1"], ["cd", "2"]])
        #expect(columns.lines == [#"a\nb  1"#, "cd    2"])
    }

    @Test(arguments: [
        ["inspect"], ["eval", "--model"], ["results", "add"], ["sweep", "--resume"],
        ["theory", "table", "--input"], ["results", "list", "--store"], ["train", "--config"],
        ["train", "--category", "stem", "--target"], ["no-such-command"],
    ])
    func `errors about a name show it on their own line`(command: [String]) throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(command + [Self.hostile], in: folder)
            #expect(ending.status != 0)
            #expect(ending.errors.contains(Self.shown) || command == ["no-such-command"])
            let controls = (ending.errors + ending.output).unicodeScalars.filter {
                $0.value < 0x20 && $0 != "\n" || (0x7F..<0xA0).contains($0.value)
                    || $0 == "\u{202E}"
            }
            #expect(controls.isEmpty, "\(ending.errors)")
        }
    }

    @Test func `a failure in a folder from a stranger stays in its line of a list`() throws {
        try Fixture.withTemporaryFolder { folder in
            let manager = FileManager.default
            try manager.createDirectory(
                atPath: folder + "/r", withIntermediateDirectories: false)
            try "target: \"V\"\nno-eval: true\n".write(
                toFile: folder + "/r/config.yaml", atomically: false, encoding: .utf8)
            try #"{"kind": "other", "cause": "it\u001b[2J\u009b\r failed\nrun 1 2 3"}"#.write(
                toFile: folder + "/r/failure.json", atomically: false, encoding: .utf8)
            let added = try Program.run(["results", "add", "r", "--store", "s.sqlite"], in: folder)
            #expect(added.status == 0, "\(added.errors)")
            #expect(added.output.contains(#"failed: it\u001B[2J\u009B\r failed"#))
            let list = try Program.run(["results", "list", "--store", "s.sqlite"], in: folder)
            #expect(list.output.contains(#"failed: it\u001B[2J\u009B\r failed"#))
            #expect(list.output.split(separator: "\n").count == 2, "\(list.output)")
            // JSON keeps what it is told, in its own escapes.
            let json = try Program.run(
                ["results", "list", "--json", "--store", "s.sqlite"], in: folder)
            struct Run: Decodable { let failure: String }
            let runs = try JSONDecoder().decode([Run].self, from: Data(json.output.utf8))
            #expect(runs.map(\.failure) == ["it\u{1B}[2J\u{9B}\r failed\nrun 1 2 3"])
        }
    }

    /// U+202E and U+009B are not escaped in JSON, which a pipe is to get as it is.
    @Test func `a document is exact in a pipe, and shown as escapes on a terminal`() throws {
        let text = "\u{202E}the\u{9B}31m"
        try Fixture.withTemporaryFolder { folder in
            let file = Fixture.repository.path + "/Tests/Fixtures/tokenizer/gpt2.json"
            try FileManager.default.copyItem(atPath: file, toPath: folder + "/tokenizer.json")
            let command = ["tokenize", "--model", "."]
            let ids = try Program.run(command, in: folder, input: text + "\n")
            let piped = try Program.run(command + ["--decode"], in: folder, input: ids.output)
            #expect(piped.output == "\"\(text)\"\n")
            let seen = try Self.onTerminal(command + ["--decode"], in: folder, input: ids.output)
            #expect(seen == "\"\\u202Ethe\\u009B31m\"\r\n")
        }
    }

    /// What a run writes to a terminal that its standard output is.
    private static func onTerminal(
        _ arguments: [String], in folder: String, input: String
    ) throws -> String {
        // Programs that other tests start must not keep the terminal open.
        let controller = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        defer { close(controller) }
        // TIOCSPTLCK and TIOCGPTN of ioctl_tty(2), which Glibc's module does not have.
        var (lock, number): (Int32, Int32) = (0, -1)
        try #require(ioctl(controller, 0x4004_5431, &lock) == 0)
        try #require(ioctl(controller, 0x8004_5430, &number) == 0)
        let terminal = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        try #require(terminal >= 0)
        try input.write(toFile: folder + "/input", atomically: false, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Program.path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardInput = FileHandle(forReadingAtPath: folder + "/input")
        process.standardOutput = FileHandle(fileDescriptor: terminal, closeOnDealloc: false)
        try process.run()
        close(terminal)
        var seen: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        // EIO when nobody has the terminal open any more.
        var count = read(controller, &piece, piece.count)
        while count > 0 {
            seen += piece[..<count]
            count = read(controller, &piece, piece.count)
        }
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: seen, as: UTF8.self)
    }
}
