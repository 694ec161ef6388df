import Foundation
import TestSupport
import Testing
import Tracking

/// A study whose cells several processes share.
@Suite struct LaunchTests {
    /// Two trainings and the base model.
    static let study = [
        "sweep", "--targets", "V,Q", "--category", "stem", "--report", "all", "--max-steps", "2",
        "--limit", "1", "--shots", "1", "--device", "cpu", "--output", "study",
    ]

    static let cells = ["base", "q-zs-1e-3-s0", "v-zs-1e-3-s0"]

    /// What a study of one process comes to.
    static let alone = Result {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(study, in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            return (try Found(folder + "/study"), ending.output)
        }
    }

    /// Bytes that do not depend on who did the work.
    struct Found: Equatable {
        let results: String
        let answers: [String]

        init(_ study: String) throws {
            func text(_ name: String) throws -> String {
                try String(contentsOfFile: study + "/" + name, encoding: .utf8)
            }
            results = try text("results.json")
            answers = try LaunchTests.cells.map { try text("cells/\($0)/answers.jsonl") }
        }
    }

    /// The processes that a program started.
    private func workers(_ study: String) throws -> [pid_t] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }
            .filter { pid in
                let words = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
                let place = try? FileManager.default.destinationOfSymbolicLink(
                    atPath: "/proc/\(pid)/cwd")
                return words.split(separator: 0).contains(Data("--worker".utf8)) && place == study
            }
    }

    /// Until one of the workers has taken a cell; at least two are then left.
    private func waitForCell(_ study: String) {
        let limit = ContinuousClock.now + .seconds(30)
        func isTaken(_ worker: Int) -> Bool {
            FileManager.default.fileExists(atPath: "\(study)/workers/\(worker).cell")
        }
        while !isTaken(0), !isTaken(1), ContinuousClock.now < limit { usleep(2_000) }
    }

    @Test func `two workers come to what one process comes to`() throws {
        let (alone, output) = try Self.alone.get()
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(Self.study + ["--workers", "2"], in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(ending.output == output)
            #expect(try Found(folder + "/study") == alone)
            #expect(ending.errors.contains("\n2 workers  3/3  "))
            let logs = try (0...1).map {
                try String(contentsOfFile: "\(folder)/study/workers/\($0).log", encoding: .utf8)
            }
            for cell in Self.cells {
                #expect(logs.joined().contains(" of 3: \(cell)\n"), "\(logs)")
            }
        }
    }

    @Test func `the cell of a worker that dies is taken up again`() throws {
        let (alone, _) = try Self.alone.get()
        try Fixture.withTemporaryFolder { folder in
            let program = try Program(Self.study + ["--workers", "2"], in: folder)
            waitForCell(folder + "/study")
            let real = try #require(realpath(folder, nil))
            defer { free(real) }
            // Both, of which one at least is at a cell.
            for victim in try workers(String(cString: real)) { kill(victim, SIGKILL) }
            let ending = try program.wait()
            #expect(ending.status == 0, "\(ending.errors)")
            let words =
                /worker \d on cpu ended with status 137; (base|[qv]-zs-1e-3-s0) is taken up again\n/
            #expect(ending.errors.contains(words), "\(ending.errors)")
            #expect(try Found(folder + "/study") == alone)
        }
    }

    @Test func `a cell at which three workers died is given up, the rest goes on`() throws {
        try Fixture.withTemporaryFolder { folder in
            let program = try Program(Self.study + ["--devices", "cpu"], in: folder)
            let real = try #require(realpath(folder, nil))
            defer { free(real) }
            var killed: Set<pid_t> = []
            while killed.count < 3, program.isRunning {
                for pid in try workers(String(cString: real)) where !killed.contains(pid) {
                    let cell = FileManager.default.contents(
                        atPath: folder + "/study/workers/0.cell")
                    // The last one dies when its run has begun in the store.
                    let hasBegun = FileManager.default.fileExists(
                        atPath: folder + "/study/cells/base/answers.jsonl")
                    guard cell == Data("base".utf8), killed.count < 2 || hasBegun else { continue }
                    kill(pid, SIGKILL)
                    killed.insert(pid)
                }
                usleep(2_000)
            }
            let ending = try program.wait()
            #expect(ending.status == 1)
            #expect(
                ending.errors.contains(
                    "worker 0 on cpu ended with status 137; base is given up\n"))
            let failure = try JSONText.file(folder + "/study/cells/base/failure.json")
            #expect(failure.text("kind") == "other")
            #expect(
                failure.text("cause")?.hasPrefix(
                    "3 workers died at it; the last ended with status 137: ") == true)
            for cell in Self.cells.dropFirst() {
                #expect(
                    FileManager.default.fileExists(
                        atPath: "\(folder)/study/cells/\(cell)/results.json"))
            }
            #expect(ending.errors.contains("1 cell failed: base ("))
            // The dead could not tell the store.
            let store = try Store(reading: folder + "/runs/results.sqlite")
            let runs = try store.runs(ofStudy: "study")
            #expect(runs.count == 3)
            let base = try #require(runs.first { $0.cell == "base" })
            #expect(base.state == .failed && base.failure == failure.text("cause"))
            #expect(runs.count { $0.state == .finished } == 2)
        }
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func `a signal ends the workers too, and the study goes on`(signal: Int32) throws {
        let (alone, output) = try Self.alone.get()
        try Fixture.withTemporaryFolder { folder in
            let program = try Program(Self.study + ["--workers", "2"], in: folder)
            waitForCell(folder + "/study")
            program.send(signal)
            let ending = try program.wait()
            #expect(ending.status == 128 + signal)
            #expect(
                ending.lastError.hasSuffix("; go on with: ft-mmlu sweep --resume study"),
                "\(ending.errors)")
            let real = try #require(realpath(folder, nil))
            defer { free(real) }
            #expect(try workers(String(cString: real)) == [])
            let again = try Program.run(
                ["sweep", "--resume", "study", "--workers", "2"], in: folder)
            #expect(again.status == 0, "\(again.errors)")
            #expect(again.output == output)
            #expect(try Found(folder + "/study") == alone)
        }
    }

    /// Kills a study's first worker before it takes a cell, that many times.
    private func killEarly(
        _ program: Program, in folder: String, times count: Int, while isFirst: (String) -> Bool
    ) throws {
        let real = try #require(realpath(folder, nil))
        defer { free(real) }
        var killed: Set<pid_t> = []
        while killed.count < count, program.isRunning {
            for pid in try workers(String(cString: real)) where !killed.contains(pid) {
                let words = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
                let number = words.split(separator: 0).last.map {
                    String(decoding: $0, as: UTF8.self)
                }
                guard isFirst(number ?? "") else { continue }
                kill(pid, SIGKILL)
                killed.insert(pid)
            }
        }
    }

    private static let early =
        "worker 0 on cpu ended with status 137 before it took a cell, and is "

    @Test func `a worker that dies before its first cell is started again`() throws {
        let (alone, output) = try Self.alone.get()
        try Fixture.withTemporaryFolder { folder in
            let program = try Program(Self.study + ["--devices", "cpu"], in: folder)
            try killEarly(program, in: folder, times: 1) { _ in true }
            let ending = try program.wait()
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(ending.errors.contains("\(Self.early)started again: nothing\n"))
            #expect(ending.output == output)
            #expect(try Found(folder + "/study") == alone)
        }
    }

    @Test func `what a worker leaves that cannot begin, others do`() throws {
        let (alone, output) = try Self.alone.get()
        try Fixture.withTemporaryFolder { folder in
            let program = try Program(Self.study + ["--workers", "2"], in: folder)
            try killEarly(program, in: folder, times: 2) { $0 == "0" }
            let ending = try program.wait()
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(ending.errors.contains("\(Self.early)not started again: nothing\n"))
            #expect(ending.output == output)
            #expect(try Found(folder + "/study") == alone)
        }
    }

    @Test func `when no worker can begin, the study is not done and says how it goes on`() throws {
        let (alone, output) = try Self.alone.get()
        try Fixture.withTemporaryFolder { folder in
            let program = try Program(Self.study + ["--devices", "cpu"], in: folder)
            try killEarly(program, in: folder, times: 2) { _ in true }
            let ending = try program.wait()
            #expect(ending.status == 1)
            #expect(ending.output == "")
            #expect(
                ending.lastError
                    == "Error: 3 of 3 cells are not done, and no worker is left; worker 0 on cpu ended "
                    + "with status 137: nothing (study/workers/0.log); go on with: ft-mmlu sweep "
                    + "--resume study")
            #expect(!FileManager.default.fileExists(atPath: folder + "/study/results.json"))
            let again = try Program.run(["sweep", "--resume", "study"], in: folder)
            #expect(again.status == 0 && again.output == output, "\(again.errors)")
            #expect(try Found(folder + "/study") == alone)
        }
    }

    @Test func `who does the cells stands in a file too, and options keep their commas`() throws {
        try Fixture.withTemporaryFolder { folder in
            try "#!/bin/sh\necho 17\n".write(
                toFile: folder + "/sbatch", atomically: false, encoding: .utf8)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: folder + "/sbatch")
            try """
            launcher: slurm
            no-wait: true
            quiet: true
            partition: small
            slurm-options: ["--gres=gpu:1,shard:2", --time=1:00]
            targets: [V, "q,gate"]
            shots: [1]
            """.write(toFile: folder + "/c.yaml", atomically: false, encoding: .utf8)
            let ending = try Program.run(
                [
                    "sweep", "--config", "c.yaml", "--category", "stem", "--report", "all",
                    "--max-steps", "1", "--limit", "1", "--output", "study", "--partition", "big",
                ], in: folder, environment: ["PATH": "\(folder):/usr/bin:/bin"])
            #expect(ending.status == 0 && ending.errors == "", "\(ending.errors)")
            #expect(
                ending.output
                    == "study folder: study\ngather its results with: ft-mmlu sweep --gather study\n"
            )
            let script = try String(
                contentsOfFile: folder + "/study/slurm/cells.sh", encoding: .utf8)
            for line in [
                "--partition=big", "--gres=gpu:1,shard:2", "--time=1:00", "--array=0-2",
            ] {
                #expect(script.contains("\n#SBATCH \(line)\n"), "\(line) in \(script)")
            }
            let config = try String(contentsOfFile: folder + "/study/config.yaml", encoding: .utf8)
            #expect(config.contains("\ntargets: [\"V\", \"q+gate\"]\n"))
            #expect(!config.contains("slurm") && !config.contains("quiet"))
        }
    }

    @Test(arguments: [
        (
            ["--launcher", "slrum"],
            "--launcher slrum: did you mean slurm? one of local, slurm is needed"
        ),
        (["--workers", "0"], "--workers 0: a whole number from 1 to 256 is needed"),
        (["--devices", "all"], "--devices all: there is no CUDA device here; use --workers with"),
        (["--devices", "cpu,cpu"], "--devices cpu,cpu: each value once is needed"),
        (["--devices", "cpu,tpu"], "--devices cpu,tpu: there is no such kind of device"),
        (["--partition", "p"], "--partition: goes with --launcher slurm only"),
        (["--slurm-options=--x"], "--slurm-options: goes with --launcher slurm only"),
        (["--no-wait"], "--no-wait: goes with --launcher slurm only"),
        (
            ["--launcher", "slurm", "--workers", "2"],
            "--workers: goes with --launcher local only; Slurm shares out by --slurm-options"
        ),
        (["--gather", "x", "--cell", "1"], "--gather x: only reads what is done; leave out"),
    ])
    func `what does not go together is refused, and nothing is made`(
        flags: [String], words: String
    ) throws {
        try Fixture.withTemporaryFolder { folder in
            let output = flags.contains("--gather") ? [] : Self.study.dropFirst()
            let ending = try Program.run(["sweep"] + output + flags, in: folder)
            #expect(ending.status == 64)
            #expect(ending.firstError.contains(words), "\(ending.errors)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
        }
    }
}
