import Basics
import Foundation

@_exported import enum Basics.AtomicFile
// Code that reads and writes tensors' files needs these.
@_exported import struct Basics.FileError

/// A safetensors file: named tensors, mapped into memory and read when needed.
///
/// Format: 8 bytes with the header's length, the header (JSON: name to dtype, shape and byte range),
/// then the bytes of all tensors without gaps. Nothing in the file is trusted: every range, shape and
/// type is checked when it is opened. Source: huggingface/safetensors, README "Format".
public final class SafetensorsFile {
    /// The location of a tensor in the file.
    public struct Entry: Sendable, Equatable {
        public let dtype: DType
        public let shape: [Int]
        /// The range in the file, from its start.
        public let bytes: Range<Int>
    }

    public let path: String
    /// By name.
    public let entries: [String: Entry]
    /// The strings under `__metadata__`.
    public let metadata: [String: String]
    private let mapping: MappedFile

    /// Longer headers are refused, as the reference implementation does.
    static let largestHeader = 100_000_000

    /// - Throws: `FileError` that names the file and the problem.
    public init(path: String) throws {
        self.path = path
        mapping = try MappedFile(path: path)
        let contents = mapping.bytes
        try FileFormat.safetensors.check(contents, of: path)
        func refusal(_ found: String) -> FileError {
            FileError(path: path, problem: found, remedy: "a whole safetensors file is needed")
        }
        guard contents.count >= 8 else {
            throw refusal("has \(contents.count) bytes, too few for a header")
        }
        let declared = contents.loadUnaligned(as: UInt64.self).littleEndian
        guard declared <= UInt64(min(Self.largestHeader, contents.count - 8)) else {
            throw refusal(
                "declares a header of \(declared) bytes in a file of \(contents.count) bytes")
        }
        let dataStart = 8 + Int(declared)
        guard case .object(let object)? = try? JSONValue(parsing: contents[8..<dataStart]) else {
            throw refusal("has a header that is not a JSON object")
        }
        var entries: [String: Entry] = [:]
        var metadata: [String: String] = [:]
        for (name, value) in object {
            if name == "__metadata__" {
                guard let strings = try? value.decoded(as: [String: String].self) else {
                    throw refusal("has a __metadata__ that is not a table of strings")
                }
                metadata = strings
            } else {
                entries[name] = try Self.entry(
                    value, dataStart: dataStart, fileSize: contents.count
                ) { refusal("says of tensor '\(name)': \($0)") }
            }
        }
        var end = dataStart
        for (name, entry) in entries.sorted(by: {
            ($0.value.bytes.lowerBound, $0.value.bytes.upperBound, $0.key)
                < ($1.value.bytes.lowerBound, $1.value.bytes.upperBound, $1.key)
        }) {
            guard entry.bytes.lowerBound == end else {
                throw refusal(
                    "has tensor '\(name)' at byte \(entry.bytes.lowerBound), "
                        + "but the one before it ends at \(end)")
            }
            end = entry.bytes.upperBound
        }
        guard end == contents.count else {
            throw refusal("has \(contents.count) bytes, its tensors end at \(end)")
        }
        self.entries = entries
        self.metadata = metadata
    }

    /// The tensor called `name`, on the CPU, over the file's own memory without a copy. Its bytes
    /// are read now.
    ///
    /// In-place changes affect this process only; the file is unchanged.
    public func tensor(_ name: String) throws -> Tensor {
        guard let entry = entries[name] else {
            throw FileError(
                path: path, problem: "has no tensor '\(name)'",
                remedy: "it has \(entries.count) tensors")
        }
        try mapping.populate(entry.bytes)
        let bytes = UnsafeRawBufferPointer(rebasing: mapping.bytes[entry.bytes])
        let address = UInt(bitPattern: bytes.baseAddress)
        if address % UInt(entry.dtype.byteCount) != 0 {
            return try .copying(bytes, shape: entry.shape, dtype: entry.dtype)
        }
        return try .over(bytes, owner: mapping, shape: entry.shape, dtype: entry.dtype)
    }

    /// Some of a tensor's bytes, unchanged from the file.
    ///
    /// - Parameter range: from the tensor's first byte
    public func bytes(of name: String, in range: Range<Int>) throws -> [UInt8] {
        guard let entry = entries[name], entry.bytes.count >= range.upperBound else {
            throw FileError(path: path, problem: "has no bytes \(range) of a tensor '\(name)'")
        }
        let start = entry.bytes.lowerBound
        let place = start + range.lowerBound..<start + range.upperBound
        try mapping.populate(place)
        return Array(mapping.bytes[place])
    }

    /// Releases the memory of a tensor's bytes, for a tensor that was copied and is not used again.
    public func release(_ name: String) {
        if let entry = entries[name] { mapping.release(entry.bytes) }
    }

    private static func entry(
        _ value: JSONValue, dataStart: Int, fileSize: Int, refusal: (String) -> FileError
    ) throws -> Entry {
        guard let code = value["dtype"]?.text, let shape = wholeNumbers(value["shape"]),
            let offsets = wholeNumbers(value["data_offsets"]), offsets.count == 2
        else { throw refusal("dtype, shape or data_offsets is missing or not of its type") }
        guard let dtype = DType(safetensors: code) else {
            if let use = packedTypes[code] {
                throw refusal("dtype '\(code)', \(use), is not implemented")
            }
            throw refusal(
                "dtype '\(code)' is not one of F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL")
        }
        var largest = dtype.byteCount
        for axis in shape {
            // An axis of 0 leaves no bytes, but libtorch multiplies the others into strides.
            let (product, overflow) = largest.multipliedReportingOverflow(by: max(axis, 1))
            guard !overflow else { throw refusal("shape \(shape) is larger than any memory") }
            largest = product
        }
        let size = shape.contains(0) ? 0 : largest
        guard shape.count <= 16, offsets[0] <= offsets[1], offsets[1] <= fileSize - dataStart else {
            throw refusal("bytes \(offsets[0])..<\(offsets[1]) lie outside the file")
        }
        guard offsets[1] - offsets[0] == size else {
            throw refusal(
                "shape \(shape) of \(code) needs \(size) bytes, "
                    + "data_offsets give \(offsets[1] - offsets[0])")
        }
        return Entry(
            dtype: dtype, shape: shape, bytes: dataStart + offsets[0]..<dataStart + offsets[1])
    }

    /// Types that quantised checkpoints use, which this program's tensors do not support.
    private static let packedTypes = [
        "U32": "in which MLX packs quantised weights",
        "F8_E4M3": "of weights quantised to 8 bits", "F8_E5M2": "of weights quantised to 8 bits",
        "F8_E8M0": "of scales of quantised weights", "F4": "of weights quantised to 4 bits",
    ]

    private static func wholeNumbers(_ value: JSONValue?) -> [Int]? {
        guard case .array(let numbers)? = value else { return nil }
        let result = numbers.compactMap(\.whole)
        return result.count == numbers.count && result.allSatisfy { $0 >= 0 } ? result : nil
    }
}

extension DType {
    private static let safetensorsCodes: [(String, DType)] = [
        ("F64", .float64), ("F32", .float32), ("F16", .float16), ("BF16", .bfloat16),
        ("I64", .int64), ("I32", .int32), ("I16", .int16), ("I8", .int8), ("U8", .uint8),
        ("BOOL", .bool),
    ]

    /// The type that safetensors calls `code`.
    init?(safetensors code: String) {
        guard let match = Self.safetensorsCodes.first(where: { $0.0 == code }) else { return nil }
        self = match.1
    }

    var safetensorsCode: String {
        Self.safetensorsCodes.first { $0.1 == self }?.0 ?? rawValue.uppercased()
    }
}
