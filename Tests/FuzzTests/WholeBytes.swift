import Foundation

@testable import Tracking

/// Whole files that are no text, to damage.
enum WholeBytes {
    /// A `normalizer_spec` for the end of a SentencePiece model, whose map writes "ﬁ" as "fi": a trie
    /// in which each node has a block of 256 units.
    static let characterMap: [UInt8] = {
        var units = [UInt32](repeating: 0, count: 5 * 256)
        units[0] = 256 << 10
        // No way leads on by a zero byte.
        for block in 1...3 { units[256 * block] = 1 }
        for (index, byte) in "\u{FB01}".utf8.enumerated() {
            let place = UInt32(256 * (index + 1)) ^ UInt32(byte)
            let base = UInt32(256 * (index + 2))
            units[Int(place)] = (place ^ base) << 10 | UInt32(byte) | (index == 2 ? 1 << 8 : 0)
        }
        units[4 * 256] = 1 << 31
        let trie = ([UInt32(4 * units.count)] + units).flatMap { unit in
            (0..<4).map { UInt8(truncatingIfNeeded: unit >> (8 * $0)) }
        }
        func field(_ tag: UInt8, _ contents: [UInt8]) -> [UInt8] {
            // Two bytes of length hold 16,383.
            [tag, UInt8(contents.count & 127 | 128), UInt8(contents.count >> 7)] + contents
        }
        return field(0x1A, field(0x12, trie + Array("fi\0".utf8)))
    }()

    /// The head of a GGUF file: version 3, one tensor, one pair of a name and a number.
    static let gguf: [UInt8] =
        Array("GGUF".utf8) + [3, 0, 0, 0] + [1, 0, 0, 0, 0, 0, 0, 0] + [1, 0, 0, 0, 0, 0, 0, 0]
        + [20, 0, 0, 0, 0, 0, 0, 0] + Array("general.architecture".utf8) + [4, 0, 0, 0]
        + [7, 0, 0, 0] + [UInt8](repeating: 0, count: 64)

    /// A store of one run, in one file.
    static func writeStore(to path: String) throws {
        let store = try Store(path)
        var run = RunEntry(
            id: "11111111-0000-4000-8000-000000000000", command: "train", folder: "/runs/a",
            startedAt: Date(timeIntervalSince1970: 1_700_000_000), model: "pocket", settings: "{}",
            inputs: "{}", programVersion: "0.1.0", libtorchVersion: "2.11.0")
        run.study = "s"
        try store.begin(run)
        try store.append(
            (0..<30).map {
                StepRecord(
                    step: $0, epoch: 0, loss: 1.5, zeroShotLoss: 1.25, fewShotLoss: nil,
                    fewShotWeight: 0.5, learningRate: 1e-3, gradientNorm: 0.25, tokens: 100,
                    tokensPerSecond: 2000)
            }, to: run.id)
        try store.append(
            (0..<60).map {
                AnswerRecord(
                    model: "base", adapterScale: 0, subject: "virology", split: "test", row: $0 / 2,
                    shots: 0, repeat: $0 % 2, scoring: "generate", answer: "C", chosen: "A",
                    correct: false, category: "other")
            }, to: run.id)
        try store.append([MeasurementEntry("seconds", "training", 12.5)], to: run.id)
        try store.close()
    }
}
