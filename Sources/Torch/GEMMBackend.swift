internal import CTorch

/// The backends of bfloat16 matrix products on a CPU; each rounds its sums to bfloat16 once.
public enum GEMMBackend: Sendable, CaseIterable {
    /// By oneDNN, with sums in float32.
    case library
    /// Operands and sums in float32.
    case float32
    /// Operands in float16, scaled by powers of two; sums of 32 products in float16, of those in
    /// float32.
    case float16

    /// The backend that layers use on this processor, the fastest one: the library's where it has
    /// AMX or is not Intel's.
    public static var ofProcessor: GEMMBackend {
        let code = ct_gemm_default_backend()
        return allCases.first { $0.code == code } ?? .library
    }

    /// Runs `body`, in which this thread's layers use the backend.
    func inLayers<Result>(_ body: () throws -> Result) rethrows -> Result {
        let old = ct_exchange_gemm_backend(code)
        defer { _ = ct_exchange_gemm_backend(old) }
        return try body()
    }

    /// Whether this processor supports the backend.
    public var isThere: Bool { unavailableReason == nil }

    /// Why this processor does not support the backend; nil where it does.
    var unavailableReason: String? {
        let reason = String(cString: ct_gemm_unavailable_reason(code))
        return reason.isEmpty ? nil : reason
    }

    var code: ct_gemm_backend {
        switch self {
        case .library: ct_gemm_library
        case .float32: ct_gemm_float32
        case .float16: ct_gemm_float16
        }
    }
}
