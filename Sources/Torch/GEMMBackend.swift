internal import CTorch

/// How products of bfloat16 matrices on a CPU are made; each rounds its sums to bfloat16 once.
public enum GEMMBackend: Sendable, CaseIterable {
    /// By oneDNN, with sums in float32.
    case library
    /// Operands and sums in float32.
    case float32
    /// Operands in float16, scaled by powers of two; sums of 32 products in float16, of those in
    /// float32.
    case float16

    /// The way that layers take on this processor, the fastest one: the library's where it has AMX or
    /// is not Intel's.
    public static var ofProcessor: GEMMBackend {
        let code = ct_way_of_products()
        return allCases.first { $0.code == code } ?? .library
    }

    /// Whether this processor can go that way.
    public var isThere: Bool { ct_has_product_way(code) }

    var code: ct_product_way {
        switch self {
        case .library: ct_product_library
        case .float32: ct_product_float32
        case .float16: ct_product_float16
        }
    }
}
