import Basics
import Benchmarks
import Foundation
import TestSupport
import Testing

/// Runs that are killed at random moments and go on.
@Suite struct KillTests {
    /// FT_MMLU_KILL_SEED draws the moments of an earlier run of this test again.
    private static let seed =
        ProcessInfo.processInfo.environment["FT_MMLU_KILL_SEED"].flatMap { UInt64($0) }
        ?? .random(in: 0..<1_000_000)

    private static let killCount = Fixture.runsLongTests ? 20 : 3

    /// What a run has written so far.
    private struct Written: Equatable, CustomStringConvertible {
        let sizes: [Int]
        let lineCounts: [Int]

        init(_ run: String) {
            let contents = ["metrics.jsonl", "evaluations.jsonl", "answers.jsonl"].map {
                FileManager.default.contents(atPath: run + "/" + $0) ?? Data()
            }
            sizes = contents.map(\.count)
            lineCounts = contents.map { $0.count { $0 == 10 } }
        }

        var description: String { "\(lineCounts[0]) steps, \(lineCounts[2]) answers" }
    }

    /// Kills a program at a random moment: one in four from its start on, so that its start is hit
    /// too, the others from when it first writes a line or cuts one off.
    ///
    /// - Parameter share: of the times that the undisturbed run took, from which the moment is drawn
    /// - Returns: the moment
    private func kill(
        _ program: Program, _ run: String, _ whole: ResumableJob, share: Double,
        using generator: inout SeededGenerator
    ) -> String {
        let isEarly = generator.unit() < 0.25
        let span = isEarly ? whole.seconds.start : whole.seconds.work
        let seconds = generator.unit() * span * share
        let before = Written(run)
        while !isEarly, program.isRunning, Written(run) == before { usleep(2_000) }
        let moment = ContinuousClock.now + .seconds(seconds)
        while program.isRunning, ContinuousClock.now < moment { usleep(1_000) }
        program.send(SIGKILL)
        return String(format: isEarly ? "start + %.3f s" : "%.3f s", seconds)
    }

    @Test func `a run that is killed at any moment ends as one left alone, to the last byte`()
        throws
    {
        let whole = try ResumableJob.shared()
        var generator = SeededGenerator(seed: Self.seed, for: ["kill"])
        print("kill test: FT_MMLU_KILL_SEED=\(Self.seed), \(Self.killCount) kills")
        var count = 0
        // Smaller after each run that ended before its moment: the undisturbed one was timed on a
        // machine that had more to do.
        var share = 1.0
        while count < Self.killCount {
            try Fixture.withTemporaryFolder { folder in
                let run = folder + "/r"
                var moments: [String] = []
                while true {
                    let hasBegun = FileManager.default.fileExists(atPath: run + "/config.yaml")
                    let program = try Program(
                        hasBegun
                            ? ["train", "--resume", "r"]
                            : ResumableJob.arguments + ["--output", "r"], in: folder)
                    if count < Self.killCount {
                        moments.append(kill(program, run, whole, share: share, using: &generator))
                    }
                    let ending = try program.wait()
                    if ending.status == 128 + SIGKILL {
                        count += 1
                        moments[moments.count - 1] += " (\(Written(run)))"
                        continue
                    }
                    share *= 0.8
                    let note = "killed after \(moments), seed \(Self.seed), \(ending.errors)"
                    try #require(ending.status == 0, "\(note)")
                    // Killed between its last file and its last word, a run is complete.
                    if !ending.output.contains("is complete") {
                        #expect(ending.output == whole.output, "\(note)")
                    }
                    try whole.expectSame(run, note)
                    try StoredRun(folder + "/runs/results.sqlite").expectSame(as: run, note)
                    print("kill test: killed after \(moments.joined(separator: ", "))")
                    return
                }
            }
        }
    }
}
