internal import CTorch

extension Tensor {
    public static func + (a: Tensor, b: Tensor) throws(TorchError) -> Tensor {
        try make { ct_add(a.handle, b.handle, &$0) }
    }
    public static func - (a: Tensor, b: Tensor) throws(TorchError) -> Tensor {
        try make { ct_subtract(a.handle, b.handle, &$0) }
    }
    public static func * (a: Tensor, b: Tensor) throws(TorchError) -> Tensor {
        try make { ct_multiply(a.handle, b.handle, &$0) }
    }
    public static func / (a: Tensor, b: Tensor) throws(TorchError) -> Tensor {
        try make { ct_divide(a.handle, b.handle, &$0) }
    }
    public static func + (a: Tensor, b: Double) throws(TorchError) -> Tensor {
        try make { ct_add_scalar(a.handle, b, &$0) }
    }
    public static func * (a: Tensor, b: Double) throws(TorchError) -> Tensor {
        try make { ct_multiply_scalar(a.handle, b, &$0) }
    }

    public func exp() throws(TorchError) -> Tensor { try .make { ct_exp(handle, &$0) } }
    public func log() throws(TorchError) -> Tensor { try .make { ct_log(handle, &$0) } }
    public func squareRoot() throws(TorchError) -> Tensor { try .make { ct_sqrt(handle, &$0) } }
    public func cosine() throws(TorchError) -> Tensor { try .make { ct_cos(handle, &$0) } }
    public func sine() throws(TorchError) -> Tensor { try .make { ct_sin(handle, &$0) } }
    public func silu() throws(TorchError) -> Tensor { try .make { ct_silu(handle, &$0) } }

    /// The matrix product; leading axes are a batch.
    public func matmul(_ other: Tensor) throws(TorchError) -> Tensor {
        try .make { ct_matmul(handle, other.handle, &$0) }
    }

    /// self · weightᵀ + bias.
    ///
    /// - Parameters:
    ///   - weight: `[output, input]`
    ///   - bias: `[output]`
    public func linear(weight: Tensor, bias: Tensor? = nil) throws(TorchError) -> Tensor {
        try .make {
            ct_linear(handle, weight.handle, bias?.handle ?? ct_tensor(impl: nil), &$0)
        }
    }
}
