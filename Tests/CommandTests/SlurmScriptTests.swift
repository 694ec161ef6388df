import Foundation
import TestSupport
import Testing

@testable import ft_mmlu

/// Batch scripts, without a Slurm.
@Suite struct SlurmScriptTests {
    private func script(study: String, place: String = "/a", partition: String? = nil) -> String {
        SlurmScript(
            name: "cells", cells: [0, 1], request: SlurmRequest(partition: partition), study: study,
            place: place, command: ["/bin/ft-mmlu", "sweep", "--resume", study]
        ).text
    }

    @Test func `values that Slurm or a shell would take apart stand in quotes`() {
        let text = script(study: "/s/a b#c%j", place: "/p q", partition: "big one")
        for line in [
            "#SBATCH --job-name=\"a b#c%j-cells\"", "#SBATCH --chdir=\"/p q\"",
            "#SBATCH --output=\"/s/a b#c%%j/slurm/cells-%a.log\"",
            "#SBATCH --partition=\"big one\"",
            "exec /bin/ft-mmlu sweep --resume '/s/a b#c%j' --cell \"$SLURM_ARRAY_TASK_ID\"",
        ] {
            #expect(text.contains("\n\(line)\n"), "\(line) in \(text)")
        }
        #expect(script(study: "/s/plain_1").contains("\n#SBATCH --job-name=plain_1-cells\n"))
    }

    @Test(arguments: ["a\nb", "a\rb", "a\"b", "a'b", "a`b", "a\\b", "a\u{0}b", "a\u{9B}b"])
    func `what could end a line or a string is refused`(text: String) {
        let fine = "/a b/c"
        let sign = text.first { "\"'`\\".contains($0) }
        let found = sign.map(String.init) ?? "a control character"
        for (request, study, place, subject) in [
            (SlurmRequest(options: [text]), fine, fine, "--slurm-options "),
            (SlurmRequest(partition: text), fine, fine, "--partition "),
            (SlurmRequest(), text, fine, "--launcher slurm: the study's folder "),
            (SlurmRequest(), fine, text, "--launcher slurm: the current folder "),
        ] {
            expectRefusal(
                "\(subject)\(text): has \(found); a batch script takes one line without quotes, "
                    + "backquotes, backslashes and control characters"
            ) { try request.check(study: study, place: place) }
        }
    }

    /// Stand-ins for Slurm's programs, which submit nothing.
    private func withSlurm(_ body: (_ folder: String, _ path: String) throws -> Void) throws {
        try Fixture.withTemporaryFolder { folder in
            try FileManager.default.createDirectory(
                atPath: folder + "/bin", withIntermediateDirectories: false)
            for name in ["sbatch", "squeue"] {
                try "#!/bin/sh\necho 1\n".write(
                    toFile: "\(folder)/bin/\(name)", atomically: false, encoding: .utf8)
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o755], ofItemAtPath: "\(folder)/bin/\(name)")
            }
            try body(folder, folder + "/bin:/usr/bin:/bin")
        }
    }

    private static let study = [
        "sweep", "--targets", "V", "--category", "stem", "--learning-rates", "1e-3", "--seeds", "0",
        "--max-steps", "1", "--limit", "1", "--launcher", "slurm", "--no-wait", "--store", "none",
    ]

    @Test func `it is wrong usage, and nothing is written`() throws {
        try withSlurm { folder, path in
            let place = folder + "/x\ntouch PWNED\n#"
            try FileManager.default.createDirectory(
                atPath: place, withIntermediateDirectories: false)
            try """
            launcher: slurm
            slurm-options: "--time=1\\ntouch PWNED"
            """.write(toFile: folder + "/c.yaml", atomically: false, encoding: .utf8)
            for (flags, current) in [
                (["--output", folder + "/s"], place),
                (["--output", "s\ntouch PWNED"], folder),
                (["--output", "s", "--partition", "a\"b"], folder),
                (["--output", "s", "--slurm-options", "--comment='a'"], folder),
                (["--output", "s", "--config", "c.yaml"], folder),
            ] {
                let ending = try Program.run(
                    Self.study + flags, in: current, environment: ["PATH": path])
                #expect(ending.status == 64, "\(flags): \(ending.errors)")
                #expect(ending.errors.split(separator: "\n").count == 1, "\(ending.errors)")
            }
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
                    == ["bin", "c.yaml", "x\ntouch PWNED\n#"])
        }
    }

    /// The current folder may be a stranger's.
    @Test(arguments: [".", "", "bin"])
    func `programs of the current folder are not run`(entry: String) throws {
        try withSlurm { folder, _ in
            let ending = try Program.run(
                Self.study + ["--output", "s"], in: folder + (entry == "bin" ? "" : "/bin"),
                environment: ["PATH": "\(entry):/nowhere"])
            #expect(ending.status == 1)
            #expect(
                ending.lastError.hasPrefix("Error: --launcher slurm: there is no sbatch on PATH; "))
        }
    }
}
