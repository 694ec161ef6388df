import Foundation
import TestSupport
import Testing

/// Scripts that are started in a folder which came from a stranger.
@Suite struct ScriptTests {
    private static let names = [
        "scripts/setup", "scripts/ft-mmlu", "scripts/test", "scripts/bundle",
        "scripts/check-layers", "scripts/device-check", "scripts/slurm", "scripts/oracle/setup",
        ".ci/run",
    ]

    private static func text(_ name: String) throws -> String {
        try String(
            contentsOf: Fixture.repository.appendingPathComponent(name), encoding: .utf8)
    }

    private func write(_ text: String, to path: String) throws {
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    @Test(arguments: names)
    func `every script drops relative entries of PATH before it looks anything up`(
        name: String
    ) throws {
        let lines = try Self.text(name).split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(try Self.text(name).hasPrefix("#!/bin/bash\n"))
        #expect(lines[0] == "set -euo pipefail")
        #expect(
            lines[1].hasPrefix(
                "root=$(cd -P -- \"$(/usr/bin/dirname -- \"$(/usr/bin/readlink -f -- "))
        #expect(lines[2] == ". \"$root/scripts/search-path\"")
    }

    /// Options of Python stand behind its name.
    @Test func `Python runs isolated in every script`() throws {
        for name in Self.names {
            let text = try Self.text(name)
            for call in text.matches(of: /(?:python3|python"|\$python") +(-\S+|"\$root)/) {
                #expect(call.1 == "-I" || call.1 == "--version", "\(name): \(call.0)")
            }
        }
        let folder = Fixture.repository.appendingPathComponent("scripts/oracle")
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path)
        where file.hasSuffix(".py") {
            let text = try Self.text("scripts/oracle/" + file)
            #expect(
                !text.contains(/sys\.executable, (?!"-I")/) && !text.contains("shell=True"),
                "\(file)")
        }
    }

    /// `scripts/setup` beside traps: programs and modules of the current folder that leave a mark.
    /// A Python that tells how it is called stands in for the real one, so nothing is downloaded.
    @Test func `set-up runs nothing of the current folder`() throws {
        try Fixture.withTemporaryFolder { folder in
            let manager = FileManager.default
            for name in ["repo/.deps", "repo/scripts/requirements", "bin", "here"] {
                try manager.createDirectory(
                    atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
            }
            for name in [
                "setup", "search-path", "requirements/libtorch.txt", "requirements/cuda.txt",
            ] {
                try write(Self.text("scripts/" + name), to: "\(folder)/repo/scripts/\(name)")
            }
            try write("#!/bin/sh\necho Swift version 6.1\n", to: folder + "/bin/swift")
            try write("#!/bin/sh\necho Avail; echo 999999\n", to: folder + "/bin/df")
            try write("#!/bin/sh\nexit 1\n", to: folder + "/bin/apt-get")
            try write(
                "#!/bin/sh\necho \"$*\" >>'\(folder)/calls'\n[ \"$2\" = -c ]\n",
                to: folder + "/bin/python3")
            for name in [
                "python3", "swift", "readlink", "dirname", "bash", "awk", "sed", "df", "stat",
                "grep", "cat", "mkdir", "sha256sum", "flock", "apt-get", "uname", "id", "tail",
            ] {
                try write(
                    "#!/bin/sh\necho \(name) >>'\(folder)/PWNED'\n",
                    to: "\(folder)/here/\(name)")
            }
            for path in ["", ".", "../here"] {
                let process = Process()
                process.executableURL = URL(fileURLWithPath: folder + "/repo/scripts/setup")
                process.currentDirectoryURL = URL(fileURLWithPath: folder + "/here")
                process.environment = [
                    "PATH": "\(path):\(folder)/bin:/usr/bin:/bin", "HOME": folder,
                    "LD_LIBRARY_PATH": ":", "CDPATH": ".",
                ]
                process.standardError = FileHandle.nullDevice
                process.standardOutput = FileHandle.nullDevice
                try process.run()
                process.waitUntilExit()
                #expect(process.terminationStatus == 1)
            }
            #expect(!manager.fileExists(atPath: folder + "/PWNED"))
            // Only where nothing else is missing does set-up come to Python.
            let calls = try? String(contentsOfFile: folder + "/calls", encoding: .utf8)
            for call in (calls ?? "").split(separator: "\n") {
                #expect(call.hasPrefix("-I "), "\(call)")
            }
            let isReady = ["/usr/bin/gnuplot", "/usr/bin/g++", "/usr/bin/git"]
                .allSatisfy(manager.fileExists)
            if isReady { #expect(calls?.contains("-I -m pip ") == true) }
        }
    }

    @Test(arguments: [
        ("/a:b:/c", "/a:/c"), (":/a:", "/a"), (".:/a:./b:", "/a"), ("/a b:/c", "/a b:/c"), ("", ""),
    ])
    func `search paths keep their absolute entries`(path: String, kept: String) throws {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = [
            "-euc",
            ". \"$1\"; printf '%s|%s' \"$(absolute_entries \"$2\")\" \"${LD_LIBRARY_PATH-none}\"",
            "bash", Fixture.repository.appendingPathComponent("scripts/search-path").path, path,
        ]
        process.environment = ["PATH": "/usr/bin:/bin", "LD_LIBRARY_PATH": path]
        process.standardOutput = output
        try process.run()
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(text == "\(kept)|\(kept.isEmpty ? "none" : kept)")
    }
}
