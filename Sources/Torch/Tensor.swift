internal import CTorch

/// An n-dimensional array owned by libtorch.
///
/// A tensor is a reference: views such as `reshaped` and `narrowed` share its memory, and the
/// functions of `Tensor+InPlace.swift` change it for all of them. It stays on the thread that made
/// it, because libtorch keeps gradient mode and worker threads per thread.
public final class Tensor {
    let handle: ct_tensor

    init(owning handle: ct_tensor) { self.handle = handle }

    deinit { ct_tensor_free(handle) }

    /// Calls a function of the shim that gives one new tensor.
    static func make(
        operation: String = #function, _ body: (inout ct_tensor) -> ct_status
    ) throws(TorchError) -> Tensor {
        var out = ct_tensor(impl: nil)
        try check(body(&out), operation)
        return Tensor(owning: out)
    }
}

@available(*, unavailable, message: "send values, not tensors, across a concurrency boundary")
extension Tensor: Sendable {}

extension Tensor {
    /// The sizes of the axes, outermost first; empty for a scalar.
    public var shape: [Int] {
        [Int](unsafeUninitializedCapacity: ct_tensor_rank(handle)) { buffer, count in
            count = ct_tensor_rank(handle)
            if let base = buffer.baseAddress { ct_tensor_shape(handle, base) }
        }
    }

    public var dtype: DType { DType(ct_tensor_dtype(handle)) }
    public var device: Device { Device(ct_tensor_device(handle)) }
    public var elementCount: Int { shape.reduce(1, *) }
    public var byteCount: Int { elementCount * dtype.byteCount }

    /// Tensors alive in this process, for finding leaks.
    public static var liveCount: Int { ct_tensor_live_count() }
}
