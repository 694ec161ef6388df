import Basics
import ArgumentParser
import Foundation
import Experiments
import Torch
import Transformer

/// The model for a benchmark of a part of the program, and the number of repetitions.
struct BenchOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "qwen2.5-0.5b, -1.5b, -3b or -7b, with random weights, or a model folder.",
            valueName: "shape"), completion: .shapes)
    var shape = "qwen2.5-0.5b"

    @Flag(help: "Random weights also for a folder, of which only config.json is read.")
    var randomWeights = false

    @Option(help: ArgumentHelp("Measured rounds.", valueName: "n"))
    var rounds = 3

    @Option(
        help: ArgumentHelp("Where to compute, as for train.", valueName: "device"),
        completion: .devices)
    var device = "auto"

    @Option(
        help: ArgumentHelp("auto, bf16 or fp32, as for train.", valueName: "type"))
    var dtype = ModelConfig.ComputeType.auto

    @Option(help: ArgumentHelp("Threads. (default: all cores)", valueName: "n"))
    var threads: Int?

    @Flag(help: "One JSON object in place of a table.")
    var json = false

    /// Two numbers, such as 120-220.
    static func range(_ text: String, _ name: String) throws -> ClosedRange<Int> {
        let parts = text.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 2, parts[0] > 1, parts[0] <= parts[1], parts[1] <= 1_000_000 else {
            throw UsageError("--\(name): '\(text)'; two numbers are needed, like 120-220")
        }
        return parts[0]...parts[1]
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
