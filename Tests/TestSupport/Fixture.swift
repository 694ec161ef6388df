import Foundation
import Torch

/// Places of files that tests read.
public enum Fixture {
    /// The top of the repository.
    public static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Golden files of this project, made by `scripts/oracle`.
    public static let golden = repository.appendingPathComponent("Tests/Fixtures/golden").path

    /// The built-in world.
    public static let pocket = repository.appendingPathComponent("data/pocket").path

    /// The workshop's folder beside the repository: real MMLU, further golden files. nil where it is
    /// absent; tests that need it are skipped then.
    public static let shared: String? = {
        let path =
            ProcessInfo.processInfo.environment["FT_MMLU_SHARED"]
            ?? repository.deletingLastPathComponent().appendingPathComponent("shared").path
        return FileManager.default.fileExists(atPath: path + "/golden/README.md") ? path : nil
    }()

    /// Folders of golden files to run a test over: ours, and those beside the repository.
    public static func goldens(containing part: String) -> [String] {
        let roots = [golden] + (shared.map { [$0 + "/golden"] } ?? [])
        return roots.flatMap { root in
            ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).sorted()
                .map { root + "/" + $0 }
                .filter { FileManager.default.fileExists(atPath: $0 + "/" + part) }
        }
    }

    /// Where models and random tensors of the tests live: what FT_MMLU_TEST_DEVICE says, else the CPU.
    /// A device that is not there fails the tests that ask for it.
    public static func device() throws -> Device {
        try Device(named: ProcessInfo.processInfo.environment["FT_MMLU_TEST_DEVICE"] ?? "cpu")
    }

    /// Whether `scripts/test --long` runs.
    public static let runsLongTests = ProcessInfo.processInfo.environment["FT_MMLU_LONG"] != nil

    /// An empty folder that is removed when `body` ends.
    public static func withTemporaryFolder<Result>(
        _ body: (String) throws -> Result
    ) throws -> Result {
        let folder = NSTemporaryDirectory() + "ft-mmlu-test-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try body(folder)
    }
}
