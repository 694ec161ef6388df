import ArgumentParser
import Basics
import Experiments
import Foundation
import Torch
import Transformer

/// The model for a benchmark of a part of the program, and the number of repetitions.
struct BenchOptions: ParsableArguments {
    @Option(
        "shape", "qwen2.5-0.5b, -1.5b, -3b or -7b with random weights, or a model folder.",
        completion: .list(ShapeName.names))
    var shape = "qwen2.5-0.5b"

    @Flag(help: "Random weights for a model folder too; only its config.json is read.")
    var randomWeights = false

    @Option("n", "Measured rounds.") var rounds = 3

    @Option(
        "device", "Device, as for train.", completion: .list(["auto", "cpu", "cuda", "cuda:0"]))
    var device = "auto"

    @Option("type", "Data type of the computation: auto, bf16 or fp32, as for train.")
    var dtype = ModelConfig.ComputeType.auto

    @Option("n", "CPU threads.", default: "all cores") var threads: Int?
    @Flag(help: "Print one JSON object in place of a table.") var json = false

    /// Two numbers, such as 120-220.
    static func range(_ text: String, _ name: String) throws -> ClosedRange<Int> {
        let parts = text.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 2, parts[0] > 1, parts[0] <= parts[1], parts[1] <= 1_000_000 else {
            throw UsageError("--\(name): '\(text)'; two numbers are needed, like 120-220")
        }
        return parts[0]...parts[1]
    }

    func show(_ record: JSONValue, _ table: String) {
        json ? print(document: record.line + "\n") : print(lines: table)
    }

    func roundCount() throws -> Int { try atLeast(1, rounds, "rounds") }

    /// The model, after the number of threads is set.
    func decoder() throws -> Decoder {
        if let threads {
            try Libtorch.setThreadCount(
                atLeast(1, threads, "threads", atMost: Libtorch.mostThreads))
        }
        let place: Device
        do { place = try Device(named: device) } catch { throw UsageError(error.description) }
        let known = ModelConfiguration.knownShapes
        let named = known.first { $0.name == shape || $0.name == "qwen2.5-" + shape }
        guard named != nil || FileManager.default.fileExists(atPath: shape) else {
            throw UsageError(
                "--shape: '\(shape)' is no model folder; a folder or one of "
                    + known.map(\.name).joined(separator: ", ") + " is needed")
        }
        let checkpoint = named == nil ? try Checkpoint(folder: shape) : nil
        guard let configuration = named?.configuration ?? checkpoint?.configuration else {
            throw UsageError("--shape: '\(shape)' has no configuration")
        }
        let type = dtype.dtype(of: configuration, on: place)
        if let checkpoint, !randomWeights {
            return try checkpoint.load(dtype: type, device: place)
        }
        return try Decoder(
            configuration, weights: RandomWeights(using: Generator(seed: 0)), dtype: type,
            device: place)
    }
}

/// A number of a benchmark's table.
func fixed(_ value: Double, _ digits: Int = 2) -> String { String(format: "%.\(digits)f", value) }
