internal import CTorch

/// The type of a tensor's elements.
public enum DType: String, CaseIterable, Sendable {
    case bool, uint8, int8, int16, int32, int64, float16, bfloat16, float32, float64

    var code: ct_dtype {
        switch self {
        case .bool: .CT_BOOL
        case .uint8: .CT_UINT8
        case .int8: .CT_INT8
        case .int16: .CT_INT16
        case .int32: .CT_INT32
        case .int64: .CT_INT64
        case .float16: .CT_FLOAT16
        case .bfloat16: .CT_BFLOAT16
        case .float32: .CT_FLOAT32
        case .float64: .CT_FLOAT64
        }
    }

    init(_ code: ct_dtype) {
        self = Self.allCases.first { $0.code == code } ?? .int64
    }

    /// Bytes of one element.
    public var byteCount: Int {
        switch self {
        case .bool, .uint8, .int8: 1
        case .int16, .float16, .bfloat16: 2
        case .int32, .float32: 4
        case .int64, .float64: 8
        }
    }

    public var isFloatingPoint: Bool {
        switch self {
        case .float16, .bfloat16, .float32, .float64: true
        default: false
        }
    }
}

/// A Swift type whose values can be a tensor's elements.
public protocol TensorElement: BitwiseCopyable, Sendable {
    static var dtype: DType { get }
}

extension Bool: TensorElement { public static var dtype: DType { .bool } }
extension UInt8: TensorElement { public static var dtype: DType { .uint8 } }
extension Int32: TensorElement { public static var dtype: DType { .int32 } }
extension Int: TensorElement { public static var dtype: DType { .int64 } }
extension Float: TensorElement { public static var dtype: DType { .float32 } }
extension Double: TensorElement { public static var dtype: DType { .float64 } }
