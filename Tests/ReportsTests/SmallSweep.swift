import Foundation
import TestSupport

@testable import Tracking

/// A study made by hand: the base model and "ZS on V" with two training seeds, two repeats.
///
///     0-shot            base   seed 1   seed 2
///     philosophy 0      1 1     1 1      1 1
///     philosophy 1      0 0     1 0      1 1
///     college_physics 0 1 0     0 0      1 0
///     7-shot
///     philosophy 0      1 1     1 0      1 1
enum SmallSweep {
    static let name = "a<b & c_d"

    static func with(_ body: (Store) throws -> Void) throws {
        try Fixture.withTemporaryFolder { folder in
            let store = try Store(folder + "/s.sqlite")
            try store.begin(
                SweepEntry(
                    id: name, kind: "sweep", configuration: "targets: [V] # <all>\n",
                    startedAt: Date(timeIntervalSince1970: 1_700_000_000)))
            try add("base", "Base model", "base", 0, ["11", "00", "10", "11"], to: store)
            try add("v-s1", "ZS on V", "report", 1, ["11", "10", "00", "10"], to: store)
            try add("v-s2", "ZS on V", "report", 2, ["11", "11", "10", "11"], to: store)
            try body(store)
        }
    }

    static func runs(_ store: Store) throws -> [RunEntry] { try store.runs(ofStudy: name) }

    static func add(
        _ cell: String, _ family: String, _ role: String, _ seed: Int, _ outcomes: [String],
        to store: Store
    ) throws {
        var run = RunEntry(
            id: "\(seed)\(seed)\(seed)\(seed)0000-0000-4000-8000-000000000000",
            command: role == "base" ? "eval" : "train", folder: "/runs/\(cell)",
            startedAt: Date(timeIntervalSince1970: 1_700_000_000 + Double(100 * seed)),
            model: "/models/small <model>",
            settings: #"{"seed": \#(seed), "learning-rate": 0.001, "limit": 250, "device": "cpu"}"#,
            inputs: #"{"model": "abc", "prompts": "def"}"#, programVersion: "0.1.0",
            libtorchVersion: "2.11.0")
        run.study = name
        run.cell = cell
        run.family = family
        run.role = role
        run.category = role == "base" ? nil : "humanities"
        run.target = role == "base" ? nil : "V"
        run.objective = role == "base" ? nil : "zs"
        run.learningRate = role == "base" ? nil : 0.001
        run.seed = seed
        run.prompt = "plain-cot"
        run.scoring = "generate"
        run.promptHash = "123"
        try store.begin(run)
        let model = role == "base" ? "base" : "adapted"
        let places = [
            ("philosophy", "humanities", 0, 0), ("philosophy", "humanities", 1, 0),
            ("college_physics", "stem", 0, 0), ("philosophy", "humanities", 0, 7),
        ]
        try store.append(
            zip(places, outcomes).flatMap { place, outcomes in
                outcomes.enumerated().map { index, outcome in
                    AnswerRecord(
                        model: model, adapterScale: model == "base" ? 0 : 1, subject: place.0,
                        split: "test", row: place.2, shots: place.3, repeat: index,
                        scoring: "generate", answer: "C", chosen: outcome == "1" ? "C" : "A",
                        correct: outcome == "1", category: place.1)
                }
            }, to: run.id)
        if model == "adapted" {
            try store.append(
                (0..<3).map { step in
                    StepRecord(
                        step: step, epoch: 0, loss: 2 - Double(step) / 2,
                        zeroShotLoss: 2 - Double(step) / 2, fewShotLoss: nil, fewShotWeight: 0,
                        learningRate: 0.001, gradientNorm: 1, tokens: 10, tokensPerSecond: 10)
                }, to: run.id)
            try store.append([MeasurementEntry("effectiveRank", "layer 0", 1.5)], to: run.id)
        }
        try store.finish(run: run.id, at: run.startedAt.addingTimeInterval(60))
    }
}
