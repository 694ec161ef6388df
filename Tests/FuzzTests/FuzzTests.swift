import Foundation
import Testing

/// Files from strangers: read or refused by name, never a crash, a hang or unbounded memory.
///
/// Each batch runs in a process of its own with limits on memory and time. After a failure its
/// folder stays, with the damaged file as it was.
@Suite struct FuzzTests {
    @Test(arguments: Batch.all)
    func `a damaged file is read or refused by name`(batch: Batch) async throws {
        let folder = NSTemporaryDirectory() + "ft-mmlu-fuzz-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let ending = await #expect(processExitsWith: .success) {
            [batch = batch as Batch, folder = folder as String] in
            try batch.run(in: folder)
        }
        func text(_ name: String) -> String? {
            try? String(contentsOfFile: folder + "/" + name, encoding: .utf8)
        }
        guard ending != nil, let json = text(Batch.outcomeFile) else {
            let seed = text(Batch.seedFile) ?? "none yet"
            Issue.record(
                "\(batch.testDescription): ended at seed \(seed), \(folder)/\(batch.specimen.file)")
            return
        }
        let outcome = try JSONDecoder().decode(Batch.Outcome.self, from: Data(json.utf8))
        for complaint in outcome.complaints {
            Issue.record("\(batch.specimen.rawValue) in \(folder), \(complaint)")
        }
        if batch.seeds.count >= 100 {
            #expect((outcome.readCount > 0) == batch.specimen.survivesDamage)
            #expect(outcome.readCount < batch.seeds.count)
        }
        if outcome.complaints.isEmpty { try FileManager.default.removeItem(atPath: folder) }
    }
}
