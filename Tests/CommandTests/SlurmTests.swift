import Foundation
import TestSupport
import Testing

/// A study whose cells are the tasks of a real Slurm of one node, which `scripts/slurm` starts.
@Suite(
    .serialized,
    .enabled(
        if: Fixture.runsLongTests && canRunSlurm,
        "runs with scripts/test --long, as root, where slurmctld, slurmd, munge and slurm-client are"
    )
)
struct SlurmTests {
    private static func script(_ command: String, _ folder: String) throws -> Int32 {
        let process = Process()
        process.executableURL = Fixture.repository.appendingPathComponent("scripts/slurm")
        process.arguments = [command, folder]
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Two studies: one waits, the other is gathered later.
    @Test func `a study's cells run as job arrays and come to what one process comes to`() throws {
        let (alone, output) = try LaunchTests.alone.get()
        try Fixture.withTemporaryFolder { folder in
            let slurm = folder + "/slurm"
            try #require(try Self.script("start", slurm) == 0)
            defer { _ = try? Self.script("stop", slurm) }
            let environment = ["SLURM_CONF": slurm + "/slurm.conf"]
            func run(_ arguments: [String], in place: String) throws -> Program.Ending {
                try FileManager.default.createDirectory(
                    atPath: folder + "/" + place, withIntermediateDirectories: true)
                return try Program.run(
                    arguments, in: folder + "/" + place, environment: environment)
            }

            let waiting = try run(
                LaunchTests.study + [
                    "--launcher", "slurm", "--partition", "other", "--slurm-options",
                    "--time=0:10:00", "--slurm-options", "--cpus-per-task=1",
                ], in: "a")
            #expect(waiting.status == 0, "\(waiting.errors)")
            #expect(waiting.output == output)
            let study = folder + "/a/study"
            #expect(try LaunchTests.Found(study) == alone)
            let script = try String(contentsOfFile: study + "/slurm/cells.sh", encoding: .utf8)
            for line in [
                "#SBATCH --array=0-2", "#SBATCH --partition=other", "#SBATCH --time=0:10:00",
                "#SBATCH --cpus-per-task=1", "#SBATCH --job-name=study-cells",
            ] {
                #expect(script.contains(line + "\n"), "\(script)")
            }
            #expect(script.contains("--cell \"$SLURM_ARRAY_TASK_ID\"\n"))
            for number in 0...2 {
                #expect(
                    FileManager.default.fileExists(atPath: "\(study)/slurm/cells-\(number).log"))
            }

            let leaving = try run(
                LaunchTests.study + ["--launcher", "slurm", "--no-wait"], in: "b")
            #expect(leaving.status == 0, "\(leaving.errors)")
            #expect(
                leaving.output
                    == "study folder: study\ngather its results with: ft-mmlu sweep --gather study\n"
            )
            // The job behind the others gathers by itself.
            let results = folder + "/b/study/results.json"
            let limit = ContinuousClock.now + .seconds(50)
            while !FileManager.default.fileExists(atPath: results), ContinuousClock.now < limit {
                usleep(200_000)
            }
            #expect(try LaunchTests.Found(folder + "/b/study") == alone)
            let gathered = try run(["sweep", "--gather", "study"], in: "b")
            #expect(gathered.status == 0, "\(gathered.errors)")
            #expect(gathered.output == output)
            let done = try run(["sweep", "--resume", "study", "--launcher", "slurm"], in: "b")
            #expect(done.output == output)

            let refused = try run(
                LaunchTests.study + ["--launcher", "slurm", "--partition", "absent"], in: "c")
            #expect(refused.status == 1)
            #expect(refused.lastError.contains("Slurm took no job: sbatch: error: "))
            #expect(refused.lastError.contains("invalid partition"))
        }
    }

    @Test func `winners are chosen by tasks, and trained by tasks behind them`() throws {
        try Fixture.withTemporaryFolder { folder in
            let slurm = folder + "/slurm"
            try #require(try Self.script("start", slurm) == 0)
            defer { _ = try? Self.script("stop", slurm) }
            let study = [
                "sweep", "--targets", "V", "--category", "stem", "--learning-rates", "1e-3,3e-3",
                "--seeds", "0,1", "--max-steps", "2", "--limit", "1", "--shots", "1",
                "--eval-limit", "4", "--device", "cpu",
            ]
            // A store has one study of a name.
            let alone = try Program.run(
                study + ["--output", "alone/study", "--store", "alone.sqlite"], in: folder)
            #expect(alone.status == 0, "\(alone.errors)")
            let ending = try Program.run(
                study + [
                    "--output", "slurm/study", "--launcher", "slurm", "--store", "slurm.sqlite",
                ], in: folder,
                environment: ["SLURM_CONF": slurm + "/slurm.conf"])
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(
                try String(contentsOfFile: folder + "/slurm/study/results.json", encoding: .utf8)
                    == String(contentsOfFile: folder + "/alone/study/results.json", encoding: .utf8)
            )
            let script = try String(
                contentsOfFile: folder + "/slurm/study/slurm/winners.sh", encoding: .utf8)
            #expect(script.contains("#SBATCH --array=3-4\n"), "\(script)")
        }
    }
}

/// Whether this machine has what `scripts/slurm` needs.
private let canRunSlurm =
    getuid() == 0
    && ["/usr/sbin/slurmctld", "/usr/sbin/slurmd", "/usr/sbin/munged", "/usr/bin/sbatch"]
        .allSatisfy(FileManager.default.isExecutableFile)

/// Without a Slurm.
@Suite struct SlurmAbsenceTests {
    @Test func `where there is no sbatch, it is said`() throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(
                LaunchTests.study + ["--launcher", "slurm"], in: folder,
                environment: ["PATH": "/nowhere"])
            #expect(ending.status == 1)
            #expect(
                ending.lastError
                    == "Error: --launcher slurm: there is no sbatch on PATH; a machine where jobs are "
                    + "submitted is needed, or --launcher local")
        }
    }
}
