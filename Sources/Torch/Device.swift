import Basics
internal import CTorch
import Foundation

/// The device on which tensors are stored and operations run.
public struct Device: Hashable, Sendable, CustomStringConvertible {
    /// nil is the CPU.
    public let cudaIndex: Int?

    public static let cpu = Device(cudaIndex: nil)

    init(cudaIndex: Int?) { self.cudaIndex = cudaIndex }

    init(_ code: ct_device) {
        self.init(cudaIndex: code.cuda_index < 0 ? nil : Int(code.cuda_index))
    }

    var code: ct_device { ct_device(cuda_index: Int32(cudaIndex ?? -1)) }

    public var description: String { cudaIndex.map { "cuda:\($0)" } ?? "cpu" }

    /// CUDA devices that can be used here.
    public static var cudaCount: Int { ct_cuda_device_count() }

    /// The device with this name: `auto` (the first CUDA device, else the CPU), `cpu`, `cuda` or
    /// `cuda:i`.
    ///
    /// - Throws: `TorchError` for any other name, and when the device does not exist, with the
    ///   reason.
    public init(named name: String) throws(TorchError) {
        func refusal(_ message: String) -> TorchError {
            TorchError(operation: "--device \(name)", message: message)
        }
        switch name {
        case "cpu": self = .cpu
        case "auto": self.init(cudaIndex: Self.cudaCount > 0 ? 0 : nil)
        default:
            let parts = name.split(separator: ":", omittingEmptySubsequences: false)
            let index = parts.count == 1 ? 0 : parts.count == 2 ? Int(parts[1]) : nil
            guard parts.first == "cuda", let index, index >= 0 else {
                throw refusal("there is no such kind of device; use auto, cpu, cuda or cuda:0")
            }
            guard Self.cudaCount > 0 else {
                throw refusal(
                    "no CUDA device can be used here: \(String(cString: ct_cuda_unavailable_reason())); "
                        + "use --device cpu or auto")
            }
            guard index < Self.cudaCount else {
                throw refusal("there are \(Self.cudaCount) CUDA devices, numbered from 0")
            }
            self.init(cudaIndex: index)
        }
    }

    /// Waits until the device has finished all submitted work.
    public func synchronize() throws(TorchError) { try check(ct_synchronize(code), #function) }

    /// The bytes of tensors on the device.
    public struct Memory: Sendable {
        /// The current number.
        public let liveBytes: Int
        /// The peak since the start or since `resetPeakMemory()`.
        public let peakBytes: Int
    }

    public func memory() throws(TorchError) -> Memory {
        var live = 0
        var peak = 0
        try check(ct_memory(code, &live, &peak), #function)
        return Memory(liveBytes: live, peakBytes: peak)
    }

    /// The bytes that new tensors may still take here.
    public func availableBytes() throws -> Int {
        try cudaIndex == nil ? ProcessMemory.availableBytes() : capacity().free
    }

    public func resetPeakMemory() throws(TorchError) {
        try check(ct_memory_reset_peak(code), #function)
    }
}

/// Facts about the libtorch that is loaded.
public enum Libtorch {
    public static var version: String { String(cString: ct_libtorch_version()) }

    /// Threads that one operation may use on the CPU.
    public static var threadCount: Int { ct_thread_count() }

    /// More than any machine runs well; OpenMP ends the program where it cannot start a thread.
    public static let mostThreads = 1_024

    public static func setThreadCount(_ count: Int) throws(TorchError) {
        guard count > 0 else {
            throw TorchError(
                operation: #function, message: "\(count) threads cannot work; use at least 1")
        }
        try check(ct_set_thread_count(count), #function)
    }
}

/// The project's own CUDA kernels, which NVRTC compiles when they are first needed.
public enum CUDAKernels {
    /// Why they are not used on `device`, which then runs compositions of library operations. nil
    /// when they are used, and on the CPU, which needs none.
    public static func absence(on device: Device) -> String? {
        device.cudaIndex.flatMap { index in
            let words = String(cString: ct_cuda_kernels_unavailable_reason(Int32(index)))
            return words.isEmpty ? nil : words
        }
    }

    /// Why they cannot be compiled here; nil when NVRTC was found. No device is needed.
    public static var compilerAbsence: String? {
        let words = String(cString: ct_cuda_compiler_unavailable_reason())
        return words.isEmpty ? nil : words
    }

    /// Compiles all of them for a compute capability, such as 90 for sm_90.
    ///
    /// - Returns: the number of bytes of machine code
    /// - Throws: `TorchError` with the compiler's log.
    public static func compile(capability: Int) throws(TorchError) -> Int {
        var bytes = 0
        try check(ct_cuda_kernels_compile(Int32(capability), &bytes), #function)
        return bytes
    }
}

extension Device {
    /// Whether bfloat16 runs in hardware here: CUDA from sm_80 on, a CPU with AMX or AVX-512 BF16.
    public var isFastAtBFloat16: Bool {
        cudaIndex.map { ct_cuda_capability(Int32($0)) >= 80 } ?? Self.cpuIsFastAtBFloat16
    }

    /// Whether a bfloat16 product with a weight `[output, input]` from the right, x · weight, is much
    /// slower here than with a transposed copy: a CPU with AMX.
    public var isFasterWithTransposedWeights: Bool { cudaIndex == nil && Self.cpuHasAMX }

    private static let cpuHasAMX = Machine.processorHas("amx_bf16")

    private static let cpuIsFastAtBFloat16 = cpuHasAMX || Machine.processorHas("avx512_bf16")
}
