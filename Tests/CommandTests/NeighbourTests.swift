import Foundation
import TestSupport
import Testing

/// Attacks by another user of the machine (`nobody`) on a command that root runs: what docs/security.md
/// lists under neighbours.
@Suite(
    .enabled(
        if: Fixture.runsLongTests && geteuid() == 0,
        "no FT_MMLU_LONG, or not root: attacks by another user were not tried"),
    .serialized)
struct NeighbourTests {
    private static let nobody: uid_t = 65534

    /// A folder that anybody may enter, with `shared` (mode 1777, as /tmp), `theirs` (the neighbour's)
    /// and a file `mine` of root's.
    private func withNeighbour(_ body: (_ folder: String) throws -> Void) throws {
        try Fixture.withTemporaryFolder { folder in
            for (name, mode) in [("shared", 0o1777), ("theirs", 0o755)] {
                try FileManager.default.createDirectory(
                    atPath: "\(folder)/\(name)", withIntermediateDirectories: false)
                chmod("\(folder)/\(name)", mode_t(mode))
            }
            chown(folder + "/theirs", Self.nobody, Self.nobody)
            try "my only copy".write(
                toFile: folder + "/mine", atomically: false, encoding: .utf8)
            chmod(folder, 0o755)
            try #require(try canBeEntered(folder), "the temporary folder is closed to other users")
            try body(folder)
        }
    }

    /// Runs lines of Python as the neighbour, beside the test; `folder` is their first argument.
    private func neighbour(_ lines: String, in folder: String) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [
            "-I", "-c",
            """
            import os, signal, sys, time
            os.setgroups([]); os.setgid(65534); os.setuid(65534); os.umask(0)
            folder = sys.argv[1]
            \(lines)
            """, folder,
        ]
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        try process.run()
        return process
    }

    private func did(_ lines: String, in folder: String) throws {
        let process = try neighbour(lines, in: folder)
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    private func canBeEntered(_ folder: String) throws -> Bool {
        let process = try neighbour("os.listdir(folder)", in: folder)
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    private func expectUntouched(
        _ folder: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(
            (try? String(contentsOfFile: folder + "/mine", encoding: .utf8)) == "my only copy",
            sourceLocation: sourceLocation)
        #expect(
            !FileManager.default.fileExists(atPath: folder + "/shared/PWNED"),
            "the neighbour's command ran", sourceLocation: sourceLocation)
    }

    /// The neighbour makes every name that earlier versions took for the processes to come, with links
    /// to root's file in them; and, while the command runs, links in the place of what it makes.
    @Test(arguments: [
        ["doctor"],
        ["plan", "--targets", "V", "--category", "humanities", "--limit", "4", "--shots", "0"],
    ])
    func `no temporary file can be foreseen or replaced`(arguments: [String]) throws {
        try withNeighbour { folder in
            let first = getpid()
            let attack = try neighbour(
                """
                names = [f'{folder}/shared/{name}-{pid}' for pid in range(\(first), \(first) + 3000)
                         for name in ('ft-mmlu-doctor', 'ft-mmlu-plan', '.ft-mmlu-doctor', '.trial')]
                for name in names:
                    os.mkdir(name)
                    for link in ('line.svg', 'line.gp', 'metrics.jsonl', 'config.yaml'):
                        os.symlink(folder + '/mine', f'{name}/{link}')
                open(folder + '/shared/ready', 'w').close()
                end = time.time() + 30
                while time.time() < end:
                    for name in os.listdir(folder + '/shared'):
                        path = f'{folder}/shared/{name}'
                        for file in ([path] if not os.path.isdir(path) else
                                     [path + '/line.gp', path + '/metrics.jsonl']):
                            if 'ready' in file or os.path.islink(file): continue
                            try:
                                os.unlink(file); os.symlink(folder + '/mine', file)
                            except OSError: pass
                """, in: folder)
            defer {
                attack.terminate()
                attack.waitUntilExit()
            }
            while attack.isRunning,
                !FileManager.default.fileExists(atPath: folder + "/shared/ready")
            { usleep(10_000) }
            let before = Set(
                try FileManager.default.contentsOfDirectory(atPath: folder + "/shared"))
            let ending = try Program.run(
                arguments, in: folder,
                environment: ["TMPDIR": folder + "/shared", "XDG_CACHE_HOME": folder + "/cache"])
            #expect(ending.status == 0 || ending.status == 1, "\(ending.errors)")
            expectUntouched(folder)
            let left = Set(try FileManager.default.contentsOfDirectory(atPath: folder + "/shared"))
                .subtracting(before)
            #expect(left.isEmpty, "what was made is gone: \(left)")
        }
    }

    /// A run folder that the neighbour owns: each of its files as a link to root's.
    @Test(arguments: [
        "metrics.jsonl", "answers.jsonl", "evaluations.jsonl", "results.json", "run.json",
        "questions.json", "config.yaml", "checkpoint/training.safetensors",
        "checkpoint/inputs.json",
        "adapter/adapter_model.safetensors", "adapter/adapter_config.json",
    ])
    func `nothing is written through a link in a neighbour's run`(name: String) throws {
        let job = try ResumableJob.shared()
        try withNeighbour { folder in
            let run = folder + "/theirs/r"
            try FileManager.default.copyItem(atPath: job.path, toPath: run)
            // As if it had been stopped: so that everything is written.
            unlink(run + "/results.json")
            unlink("\(run)/\(name)")
            for place in try FileManager.default.subpathsOfDirectory(atPath: run) + ["."] {
                lchown("\(run)/\(place)", Self.nobody, Self.nobody)
            }
            try did("os.symlink(folder + '/mine', folder + '/theirs/r/\(name)')", in: folder)
            let ending = try Program.run(["train", "--resume", run, "--store", "none"], in: folder)
            #expect(ending.status == 1, "\(ending)")
            #expect(
                ending.errors.contains("is a link"), "\(ending.errors)")
            expectUntouched(folder)
        }
    }

    /// A folder of the neighbour's as the current one, with what programs read there unasked.
    @Test func `nothing in a neighbour's current folder is run`() throws {
        let job = try ResumableJob.shared()
        try withNeighbour { folder in
            try did(
                """
                os.chdir(folder + '/theirs')
                mark = f"touch '{folder}/shared/PWNED'"
                open('.gnuplot', 'w').write(f'system("{mark}")\\n')
                for name in ('gnuplot', 'git', 'sbatch', 'squeue', 'python3', 'sh', 'bash'):
                    open(name, 'w').write(f'#!/bin/sh\\n{mark}\\n'); os.chmod(name, 0o755)
                for name in ('sitecustomize', 'json', 'csv'):
                    open(name + '.py', 'w').write(f'import os; os.system("{mark}")\\n')
                os.makedirs('.git/hooks'); os.makedirs('.git/objects'); os.makedirs('.git/refs')
                open('.git/HEAD', 'w').write('ref: refs/heads/main\\n')
                open('.git/config', 'w').write(
                    f'[core]\\nrepositoryformatversion = 0\\nfsmonitor = "{mark}"\\n')
                """, in: folder)
            let here = folder + "/theirs"
            let path = ":.:" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
            let store = ["--store", folder + "/s.sqlite"]
            for arguments in [
                ["doctor"], ["results", "add", job.path] + store,
                [
                    "train", "--target", "V", "--category", "humanities", "--max-steps", "2",
                    "--no-eval", "--output", folder + "/r",
                ] + store,
                ["theory", "optimum"],
            ] {
                let ending = try Program.run(
                    arguments, in: here, environment: ["PATH": path, "HOME": folder + "/theirs"])
                #expect(ending.status <= 1, "\(ending.errors)")
                expectUntouched(folder)
            }
        }
    }

    /// Weights that the neighbour cuts while they are read, and a FIFO in their place.
    @Test func `a neighbour's model can end a command, not crash it`() throws {
        try withNeighbour { folder in
            let model = folder + "/theirs/m"
            try FileManager.default.copyItem(
                atPath: Fixture.pocket, toPath: model)
            for place in try FileManager.default.subpathsOfDirectory(atPath: model) + ["."] {
                lchown("\(model)/\(place)", Self.nobody, Self.nobody)
            }
            let attack = try neighbour(
                """
                path = folder + '/theirs/m/model.safetensors'
                whole = open(path, 'rb').read()
                end = time.time() + 40
                while time.time() < end:
                    os.truncate(path, 4096); time.sleep(0.02)
                    with open(path, 'r+b') as file: file.write(whole)
                    time.sleep(0.05)
                """, in: folder)
            defer {
                attack.terminate()
                attack.waitUntilExit()
            }
            for _ in 0..<12 {
                let ending = try Program.run(
                    [
                        "eval", "--model", model, "--data", Fixture.pocket + "/mmlu", "--prompt",
                        "hendrycks", "--limit", "1", "--shots", "0", "--output", folder + "/e",
                        "--store", "none",
                    ], in: folder)
                // Whole, or an error line: no signal.
                #expect(ending.status == 0 || ending.status == 1, "\(ending)")
                try? FileManager.default.removeItem(atPath: folder + "/e")
            }
            attack.terminate()
            attack.waitUntilExit()
            unlink(model + "/model.safetensors")
            try did("os.mkfifo(folder + '/theirs/m/model.safetensors')", in: folder)
            let ending = try Program.run(["inspect", model], in: folder)
            #expect(ending.status == 1)
            #expect(ending.errors.contains("is a FIFO"), "\(ending.errors)")
        }
    }
}
