import Foundation
import TestSupport
import Testing
import Torch

@testable import Training

@Suite struct TrainingCheckpointTests {
    private static let names = ["layers.0.v_proj.lora_A", "layers.0.v_proj.lora_B"]

    /// Tensors of the shapes of two parameters, all elements different.
    private func values(_ first: Int) throws -> [Tensor] {
        [
            try Tensor((0..<6).map { Float(first + $0) }, shape: [2, 3]),
            try Tensor((6..<8).map { Float(first + $0) / 3 }, shape: [1, 2]),
        ]
    }

    private func parameters(
        _ names: [String] = Self.names
    ) throws -> [(name: String, tensor: Tensor)] {
        Array(zip(names, try values(0))).map { (name: $0.0, tensor: $0.1) }
    }

    private func checkpoint() throws -> TrainingCheckpoint {
        TrainingCheckpoint(
            state: TrainingState(
                stepCount: 7, parameters: try values(10),
                optimizer: AdamWState(
                    updateCount: 6, firstMoments: try values(20), secondMoments: try values(30))))
    }

    private func bytes(_ tensors: [Tensor]) throws -> [[UInt8]] {
        try tensors.map { try $0.bytes() }
    }

    @Test func `what was written is read, to the last bit`() throws {
        try Fixture.withTemporaryFolder { folder in
            var written = try checkpoint()
            written.validation.lineCount = 2
            written.validation.evaluatedStep = 5
            written.validation.best = BestAdapter(
                stepCount: 5, correctCount: 3, questionCount: 4, parameters: try values(40))
            #expect(!TrainingCheckpoint.exists(in: folder))
            try written.write(Self.names, to: folder)
            #expect(TrainingCheckpoint.exists(in: folder))
            let read = try TrainingCheckpoint(from: folder, parameters: parameters(), of: 9)
            #expect(read.state.stepCount == 7)
            #expect(read.state.optimizer.updateCount == 6)
            #expect(try bytes(read.state.parameters) == bytes(values(10)))
            #expect(try bytes(read.state.optimizer.firstMoments) == bytes(values(20)))
            #expect(try bytes(read.state.optimizer.secondMoments) == bytes(values(30)))
            #expect(read.validation.lineCount == 2)
            #expect(read.validation.evaluatedStep == 5)
            #expect(read.validation.best?.stepCount == 5)
            #expect(read.validation.best?.accuracy == 0.75)
            #expect(try bytes(read.validation.best?.parameters ?? []) == bytes(values(40)))
        }
    }

    @Test func `without an evaluation there is none`() throws {
        try Fixture.withTemporaryFolder { folder in
            try checkpoint().write(Self.names, to: folder)
            let read = try TrainingCheckpoint(from: folder, parameters: parameters(), of: 7)
            #expect(read.validation.best == nil)
            #expect(read.validation.lineCount == 0 && read.validation.evaluatedStep == 0)
        }
    }

    @Test func `what does not fit the run is refused`() throws {
        try Fixture.withTemporaryFolder { folder in
            try checkpoint().write(Self.names, to: folder)
            let path = folder + "/training.safetensors"
            func read(_ names: [String], of stepCount: Int = 9) throws {
                _ = try TrainingCheckpoint(
                    from: folder, parameters: parameters(names), of: stepCount)
            }
            expectRefusal("\(path): has no 'parameter.k'; this run's adapter needs it") {
                try read(["k", "l"])
            }
            expectRefusal(
                "\(path): has 'first_moment.layers.0.v_proj.lora_B', which this run does not train; "
                    + "the checkpoint of a run with the settings of config.yaml is needed"
            ) { try read(Array(Self.names.prefix(1))) }
            expectRefusal(
                "\(path): 'parameter.layers.0.v_proj.lora_B' is float32 of shape [1, 2]; this run's "
                    + "adapter needs float32 of shape [2, 3]"
            ) { try read(Self.names.reversed()) }
            expectRefusal(
                "\(path): says '7' of steps; a whole number from 0 to 6 is needed"
            ) { try read(Self.names, of: 6) }
        }
    }

    @Test func `counts that are none are refused`() throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/training.safetensors"
            try checkpoint().write(Self.names, to: folder)
            let file = try SafetensorsFile(path: path)
            var tensors: [String: Tensor] = [:]
            for name in file.entries.keys { tensors[name] = try file.tensor(name).copied() }
            func words(_ change: (inout [String: String]) -> Void) throws -> String? {
                var counts = file.metadata
                change(&counts)
                try SafetensorsFile.write(tensors, metadata: counts, to: path)
                return refusal {
                    try TrainingCheckpoint(from: folder, parameters: parameters(), of: 9)
                }
            }
            #expect(try words { _ in } == nil)
            #expect(
                try words { $0["updates"] = nil }
                    == "\(path): says 'nothing' of updates; a whole number from 0 to 9 is needed")
            #expect(
                try words { $0["evaluations"] = "-1" }
                    == "\(path): says '-1' of evaluations; a whole number is needed")
            #expect(
                try words { $0["evaluated_step"] = "8" }
                    == "\(path): says '8' of evaluated_step; a whole number from 0 to 7 is needed")
            #expect(
                try words {
                    $0["best_step"] = "1"
                    $0["best_questions"] = "x"
                } == "\(path): says 'x' of best_questions; a whole number is needed")
        }
    }
}
