import KernelEmulator
import Testing
import Torch

/// Memory that an emulated kernel reads or writes.
final class KernelMemory {
    private let bytes: UnsafeMutableRawBufferPointer
    private let dtype: DType
    private let shape: [Int]

    /// Of `shape`, every byte 0xff: what a kernel does not write is not a number.
    init(_ shape: [Int], _ dtype: DType) {
        self.shape = shape
        self.dtype = dtype
        bytes = .allocate(
            byteCount: shape.reduce(dtype.byteCount, *), alignment: 16)
        bytes.initializeMemory(as: UInt8.self, repeating: 0xff)
    }

    convenience init(_ tensor: Tensor) throws {
        self.init(tensor.shape, tensor.dtype)
        bytes.copyBytes(from: try tensor.bytes())
    }

    deinit { bytes.deallocate() }

    var address: UInt64 { UInt64(UInt(bitPattern: bytes.baseAddress)) }

    /// What it holds now.
    func tensor() throws -> Tensor {
        switch dtype {
        case .bfloat16:
            let floats = bytes.bindMemory(to: UInt16.self)
                .map { Float(bitPattern: UInt32($0) << 16) }
            return try Tensor(floats, shape: shape).converted(to: .bfloat16)
        case .float32: return try Tensor(Array(bytes.bindMemory(to: Float.self)), shape: shape)
        default: return try Tensor(Array(bytes.bindMemory(to: Double.self)), shape: shape)
        }
    }
}

/// What a kernel gets: eight bytes each.
enum KernelArgument: ExpressibleByIntegerLiteral {
    case memory(KernelMemory)
    case none
    case whole(Int)
    case number(Double)

    init(integerLiteral value: Int) { self = .whole(value) }

    var bits: UInt64 {
        switch self {
        case .memory(let memory): memory.address
        case .none: 0
        case .whole(let value): UInt64(bitPattern: Int64(value))
        case .number(let value): value.bitPattern
        }
    }
}

/// Runs a kernel's source on the CPU, as `launch` of cuda/kernel_launch.cpp does on a device.
func emulate(
    _ kernel: String, _ dtype: DType, grid: (Int, Int, Int), threads: Int,
    _ arguments: [KernelArgument], sourceLocation: SourceLocation = #_sourceLocation
) {
    withExtendedLifetime(arguments) {
        let ran = kernel_emulate(
            "\(kernel)_\(dtype)", [grid.0, grid.1, grid.2], threads, arguments.map(\.bits),
            arguments.count)
        #expect(ran, "\(kernel)_\(dtype)", sourceLocation: sourceLocation)
    }
}
