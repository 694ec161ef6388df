import Foundation
import TestSupport

/// A small run of the main job, made once for all tests that look at it.
///
/// Its learning rate is high, so that the adapted model answers otherwise than the base model.
struct MainJob {
    let ending: Program.Ending
    /// The current folder of the program; the run folder is `run` in it.
    let folder: String

    var run: String { folder + "/run" }

    static let arguments = [
        "train", "--target", "V", "--category", "humanities", "--max-steps", "4", "--limit", "3",
        "--learning-rate", "0.02",
    ]

    private static let place = NSTemporaryDirectory() + "ft-mmlu-main-job-" + UUID().uuidString
    private static let made = Result {
        atexit { try? FileManager.default.removeItem(atPath: MainJob.place) }
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        return MainJob(
            ending: try Program.run(arguments + ["--output", "run"], in: place), folder: place)
    }

    static func shared() throws -> MainJob { try made.get() }

    func text(_ name: String) throws -> String {
        try String(contentsOfFile: run + "/" + name, encoding: .utf8)
    }
}
