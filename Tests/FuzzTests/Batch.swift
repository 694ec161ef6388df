import Foundation
import TestSupport
import Testing

/// Damaged files of one kind that one child process reads.
struct Batch: Codable, Sendable, CustomTestStringConvertible {
    let specimen: Specimen
    let seeds: Range<UInt64>

    var testDescription: String { "\(specimen.rawValue), seeds \(seeds)" }

    /// Inputs over all kinds: 3,000, with `scripts/test --long` 100,800, or `FT_MMLU_FUZZ`.
    private static let inputCount: Int = {
        let named = ProcessInfo.processInfo.environment["FT_MMLU_FUZZ"].flatMap(Int.init)
        return max(named ?? (Fixture.runsLongTests ? 100_800 : 3_000), 1)
    }()

    /// The first seed: `FT_MMLU_FUZZ_SEED`, to go on where an earlier run ended or to repeat one.
    private static let firstSeed: UInt64 =
        ProcessInfo.processInfo.environment["FT_MMLU_FUZZ_SEED"].flatMap(UInt64.init) ?? 2026

    static let all: [Batch] = {
        let kinds = Specimen.allCases
        let count = UInt64((inputCount + kinds.count - 1) / kinds.count)
        let end = firstSeed.addingReportingOverflow(count).partialValue
        return kinds.flatMap { kind in
            stride(from: firstSeed, to: end, by: 1_000).map {
                Batch(specimen: kind, seeds: $0..<min($0 + 1_000, end))
            }
        }
    }()
}

extension Batch {
    /// What a child leaves in the folder for the parent.
    struct Outcome: Codable {
        var readCount = 0
        /// Refusals that do not name the file, each with its seed.
        var complaints: [String] = []
    }

    static let seedFile = "seed.txt"
    static let outcomeFile = "outcome.json"

    /// In the child: reads every damaged file; the seed in work stands in a file meanwhile.
    func run(in folder: String) throws {
        try specimen.prepare(in: folder)
        let path = folder + "/" + specimen.file
        let whole = Array(try Data(contentsOf: URL(filePath: path)))
        let read = try specimen.reader(of: folder)
        var outcome = Outcome()
        try ChildLimits.set()
        for seed in seeds {
            var mutator = Mutator(seed: seed)
            let damaged =
                specimen.isSafetensors
                ? mutator.mutated(safetensors: whole) : mutator.mutated(whole)
            try Data(damaged).write(to: URL(filePath: path))
            try Data("\(seed)".utf8).write(to: URL(filePath: folder + "/" + Self.seedFile))
            ChildLimits.startInput()
            do {
                try read()
                outcome.readCount += 1
            } catch {
                if "\(error)".hasPrefix(folder) { continue }
                try Data(damaged).write(to: URL(filePath: folder + "/damaged-\(seed)"))
                outcome.complaints.append("seed \(seed) (damaged-\(seed)): \(error)")
            }
        }
        try JSONEncoder().encode(outcome).write(
            to: URL(filePath: folder + "/" + Self.outcomeFile))
    }
}
