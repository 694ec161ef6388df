import Basics
import Foundation
import Testing

@testable import Benchmarks

/// Runs only where the published files are (see `SharedData`).
@Suite(
    .enabled(
        if: SharedData.mmlu != nil,
        "no data/mmlu in ../shared or FT_MMLU_SHARED: the published files were not checked"))
struct PublishedDataTests {
    /// Every field of every row, made by Python 3.11.7 from the 171 files with
    ///
    ///     h = hashlib.sha256()
    ///     for p in sorted(glob("dev/*.csv") + glob("val/*.csv") + glob("test/*.csv")):
    ///         rows = list(csv.reader(open(p, newline="", encoding="utf-8"), strict=True))
    ///         h.update(f"{p} {len(rows)}\n".encode())
    ///         for r in rows:
    ///             for c in r: b = c.encode(); h.update(f"{len(b)}:".encode() + b)
    ///             h.update(b"\n")
    private let pythonDigest = "f837a3f766886fa7124fd34553a48168681a7d0858c96877b9ebc2cb1e4d107b"

    @Test func `all 171 files read as Python's csv module reads them`() throws {
        let folder = try #require(SharedData.mmlu)
        let paths = try Split.allCases.flatMap { split in
            try FileManager.default
                .contentsOfDirectory(atPath: folder.appending(path: "\(split)").path)
                .filter { $0.hasSuffix(".csv") }.map { "\(split)/\($0)" }
        }.sorted()
        #expect(paths.count == 171)
        var hash = SHA256()
        for path in paths {
            let data = try Data(contentsOf: folder.appending(path: path))
            let rows = try CSV.rows(of: Array(data), named: path)
            hash.update(Array("\(path) \(rows.count)\n".utf8))
            for row in rows {
                for field in row { hash.update(Array("\(field.utf8.count):\(field)".utf8)) }
                hash.update(Array("\n".utf8))
            }
        }
        #expect(hash.hexDigest() == pythonDigest)
    }

    @Test(arguments: [(Split.dev, 285), (.val, 1531), (.test, 14042)])
    func `the four categories have every row`(split: Split, count: Int) throws {
        let dataset = MMLU(folder: try #require(SharedData.mmlu))
        let counts = try Category.allCases.map { try dataset.questions(of: $0, in: split).count }
        #expect(counts.reduce(0, +) == count)
        if split == .test { #expect(counts == [4705, 3077, 3018, 3242]) }
    }

    /// The numbers are those of a Python dictionary over `" ".join(text.lower().split())`.
    @Test func `equal content is found within and across subjects and splits`() throws {
        let dataset = MMLU(folder: try #require(SharedData.mmlu))
        var splits: [String: [Split]] = [:]
        for split in Split.allCases {
            for category in Category.allCases {
                for question in try dataset.questions(of: category, in: split) {
                    splits[question.contentHash, default: []].append(split)
                }
            }
        }
        #expect(splits.values.count { $0.count > 1 } == 142)
        #expect(splits.values.count { Set($0).count > 1 } == 34)
    }

    @Test func `a sample of each category shares no content with its holdout`() throws {
        let dataset = MMLU(folder: try #require(SharedData.mmlu))
        let holdout = try Sampling.holdout(
            of: .humanities, count: Sampling.paperHoldoutCount, sampleSeed: 0, in: dataset)
        let hashes = Set(holdout.map(\.contentHash))
        let sample = try Sampling.evaluationSample(
            of: .humanities, limit: nil, sampleSeed: 0, excluding: hashes, in: dataset)
        #expect(holdout.count == 1000)
        #expect(hashes.isDisjoint(with: sample.questions.map(\.contentHash)))
        #expect(sample.leftOutCount >= 1000)
        #expect(sample.questions.count == 4705 - sample.leftOutCount)
    }
}
