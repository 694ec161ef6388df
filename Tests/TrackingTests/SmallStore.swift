import Foundation
import TestSupport

@testable import Tracking

/// Entries made by hand.
enum Small {
    static func run(_ id: String, folder: String = "/runs/a") -> RunEntry {
        var run = RunEntry(
            id: id, command: "train", folder: folder,
            startedAt: Date(timeIntervalSince1970: 1_700_000_000), model: "pocket",
            settings: #"{"seed": 3}"#, inputs: #"{"model": "abc"}"#, programVersion: "0.1.0",
            libtorchVersion: "2.11.0")
        run.target = "V"
        run.category = "humanities"
        run.learningRate = 1e-3
        run.seed = 3
        return run
    }

    static func step(_ step: Int) -> StepRecord {
        StepRecord(
            step: step, epoch: step / 2, loss: 1.5 - Double(step) / 10, zeroShotLoss: 1.25,
            fewShotLoss: step == 0 ? nil : 0.5, fewShotWeight: 0.5, learningRate: 1e-3,
            gradientNorm: 0.25, tokens: 100 + step, tokensPerSecond: 2000)
    }

    /// - Parameter outcomes: of each repeat: right, wrong, or "?" where none could be read
    static func answers(
        _ subject: String, _ category: String, row: Int, _ outcomes: String, shots: Int = 0,
        model: String = "adapted"
    ) -> [AnswerRecord] {
        outcomes.enumerated().map { index, outcome in
            let chosen: String? = outcome == "?" ? nil : outcome == "1" ? "C" : "A"
            return AnswerRecord(
                model: model, adapterScale: model == "base" ? 0 : 1, subject: subject,
                split: "test", row: row, shots: shots, repeat: index, scoring: "generate",
                answer: "C", chosen: chosen, correct: chosen == "C", category: category)
        }
    }

    static func withStore(_ body: (Store) throws -> Void) throws {
        try Fixture.withTemporaryFolder { try body(Store($0 + "/s.sqlite")) }
    }
}
