import Basics
import Foundation
import Statistics
import Torch
import Transformer

/// Measures the time to load a checkpoint against reading its bytes.
public struct LoadBenchmark: Sendable {
    /// Bytes of the files that hold the tensors.
    public let byteCount: Int
    /// Load time of each round: opening, checking, and all weights in memory on their device.
    public let loadSeconds: [Double]
    /// Read time of each round: read(2) of the same files into one buffer, 16 MiB at a time.
    public let readSeconds: [Double]
    /// Peak memory of the process, above what it held before the first load.
    public let peakBytes: Int

    /// The median of the rounds' ratios of loading to reading.
    public var ratio: Double { zip(loadSeconds, readSeconds).map { $0 / $1 }.median }

    /// Alternates reading and loading, after one read that warms the page cache.
    ///
    /// - Parameter rounds: at least 1
    public static func run(
        _ checkpoint: Checkpoint, dtype: DType, device: Device, rounds: Int
    ) throws -> LoadBenchmark {
        precondition(rounds > 0, "a benchmark needs a round")
        let paths = try CheckpointWeights(folder: checkpoint.folder).files.map(\.path)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        let byteCount = try paths.reduce(0) { try $0 + reading($1, through: buffer) }
        // The setup of libtorch at its first use is no part of loading.
        _ = try Tensor.zeros(shape: [1]).moved(to: device)
        var loads: [Double] = []
        var reads: [Double] = []
        var peak = 0
        let clock = ContinuousClock()
        let before = try ProcessMemory.residentBytes()
        for _ in 0..<rounds {
            reads.append(
                try clock.measure { for path in paths { try reading(path, through: buffer) } }
                    / .seconds(1))
            try ProcessMemory.resetPeak()
            loads.append(
                try clock.measure {
                    let decoder = try checkpoint.load(dtype: dtype, device: device)
                    try device.synchronize()
                    peak = max(peak, try ProcessMemory.peakResidentBytes() - before)
                    withExtendedLifetime(decoder) {}
                } / .seconds(1))
        }
        return LoadBenchmark(
            byteCount: byteCount, loadSeconds: loads, readSeconds: reads, peakBytes: peak)
    }

    /// Reads a whole file, chunk by chunk, into a buffer that is allocated already.
    ///
    /// - Returns: its size in bytes
    @discardableResult
    private static func reading(
        _ path: String, through buffer: UnsafeMutableRawBufferPointer
    ) throws -> Int {
        func refusal() -> FileError {
            FileError(system: path, "cannot be read")
        }
        guard let descriptor = try InputFile.open(path) else { throw refusal() }
        defer { close(descriptor) }
        var count = 0
        while true {
            let part = read(descriptor, buffer.baseAddress, buffer.count)
            guard part >= 0 else { throw refusal() }
            guard part > 0 else { return count }
            count += part
        }
    }
}
