import Foundation
import TestSupport
import Testing

@Suite struct ReproduceCommandTests {
    @Test func `a figure comes with its data, script, pictures and words`() throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(
                [
                    "reproduce", "figure4", "table1", "figure4", "--quick", "--quiet", "--output",
                    "f",
                ], in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(ending.output.hasPrefix("# Figure 4: "))
            // Named twice, made once.
            #expect(ending.output.components(separatedBy: "# Figure 4: ").count == 2)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/f").sorted()
            #expect(
                names == [
                    "figure4.csv", "figure4.gp", "figure4.pdf", "figure4.svg", "figure4.txt",
                    "table1.csv", "table1.md", "table1.txt",
                ])
            let svg = try String(contentsOfFile: folder + "/f/figure4.svg", encoding: .utf8)
            #expect(svg.contains("(d) V only, ZS+FS, w = 0.66"))
        }
    }

    @Test func `beside all other names need not be said`() throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(
                ["reproduce", "figure1", "all", "--quick", "--quiet", "--output", "f"],
                in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/f")
            #expect(names.count { $0.hasSuffix(".txt") } == 13)
            #expect(names.count { $0.hasSuffix(".svg") } == 12)
            // What a whole run finds is not said of a quick one; Figures 1 to 3 train nothing.
            let theory = ["figure1.txt", "figure2.txt", "figure3.txt"]
            for file in names where file.hasSuffix(".txt") {
                let text = try String(contentsOfFile: "\(folder)/f/\(file)", encoding: .utf8)
                #expect(
                    text.contains("Quick: two seeds") != theory.contains(file), "\(file)")
                #expect(!text.contains("trained weights, w as in"))
                #expect(!text.contains("In how many of the"))
                #expect(!text.contains("Label channel* ("))
                #expect(!text.contains("{{"), "\(file)")
                #expect(!text.contains("nan"), "\(file)")
            }
        }
    }

    @Test func `without gnuplot data and script are written, and a line says so`() throws {
        try Fixture.withTemporaryFolder { folder in
            let manager = FileManager.default
            try manager.createDirectory(
                atPath: folder + "/figures", withIntermediateDirectories: true)
            // Of an earlier run, with other data.
            try "old".write(
                toFile: folder + "/figures/figure2.svg", atomically: false, encoding: .utf8)
            let ending = try Program.run(
                ["reproduce", "figure2", "--quick", "--quiet"], in: folder,
                environment: ["PATH": "/nowhere"])
            #expect(ending.status == 1)
            #expect(ending.firstError.hasPrefix("Error: gnuplot: is not on PATH"))
            let names = try manager.contentsOfDirectory(atPath: folder + "/figures")
            #expect(names.sorted() == ["figure2.csv", "figure2.gp", "figure2.txt"])
        }
    }

    @Test func `a gnuplot that fails names the script that is there`() throws {
        try Fixture.withTemporaryFolder { folder in
            let tool = folder + "/gnuplot"
            try "#!/bin/sh\necho 'out of ink' >&2\nexit 3\n".write(
                toFile: tool, atomically: false, encoding: .utf8)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: tool)
            let ending = try Program.run(
                ["reproduce", "figure2", "--quick", "--quiet", "--output", "f"], in: folder,
                environment: ["PATH": "\(folder):/usr/bin:/bin"])
            #expect(ending.status == 1)
            #expect(
                ending.errors
                    == "Error: f/figure2.gp: gnuplot ended with status 3: out of ink\n")
            let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/f")
            #expect(names.sorted() == ["figure2.csv", "figure2.gp", "figure2.txt"])
        }
    }

    @Test func `a folder that cannot be written is refused before training`() throws {
        try Fixture.withTemporaryFolder { folder in
            func run(_ command: [String], _ output: String) throws -> Program.Ending {
                // Whole trainings: a minute and more, had they begun.
                try Program.run(command + ["--quiet", "--output", output], in: folder)
            }
            for command in [["reproduce", "figure5"], ["regression"]] {
                let empty = try run(command, "")
                #expect(empty.status == 64)
                #expect(
                    empty.errors == "Error: --output: is empty; the path of a folder is "
                        + "needed\n")
                let system = try run(command, "/proc/x/y")
                #expect(system.status == 1)
                #expect(
                    system.errors
                        == "Error: /proc/x/y: the folder cannot be made: No such file or directory\n"
                )
            }
            try "x".write(toFile: folder + "/file", atomically: false, encoding: .utf8)
            let file = try run(["reproduce", "figure5"], "file")
            #expect(file.status == 1)
            #expect(
                file.errors
                    == "Error: file: cannot be written into: Not a directory; a folder is needed\n")
            #expect(try run(["reproduce", "figure5"], "file/below").status == 1)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
        }
    }

    @Test func `a name that is none`() throws {
        for names in [["figure9"], ["all", "figure9"]] {
            let ending = try Program.run(["reproduce"] + names, in: NSTemporaryDirectory())
            #expect(ending.status == 64)
            #expect(
                ending.firstError.hasPrefix("Error: reproduce figure9: there is no such figure"))
        }
    }
}
