internal import CTorch

/// Views and rearrangements; the result may share memory with the subject.
extension Tensor {
    /// One size may be -1: it follows from the others.
    public func reshaped(_ shape: [Int]) throws(TorchError) -> Tensor {
        try .make { ct_reshape(handle, shape, shape.count, &$0) }
    }

    public func transposed(_ a: Int, _ b: Int) throws(TorchError) -> Tensor {
        try .make { ct_transpose(handle, a, b, &$0) }
    }

    /// The elements of `range` along `axis`.
    public func narrowed(to range: Range<Int>, along axis: Int = 0) throws(TorchError) -> Tensor {
        try .make { ct_narrow(handle, axis, range.lowerBound, range.count, &$0) }
    }

    public static func concatenated(
        _ parts: [Tensor], along axis: Int = 0
    ) throws(TorchError) -> Tensor {
        let handles = parts.map(\.handle)
        return try withExtendedLifetime(parts) { () throws(TorchError) -> Tensor in
            try make { ct_concatenate(handles, handles.count, axis, &$0) }
        }
    }

    /// The rows that `indices`, an integer vector, names along `axis`.
    public func selecting(_ indices: Tensor, along axis: Int = 0) throws(TorchError) -> Tensor {
        try .make { ct_index_select(handle, axis, indices.handle, &$0) }
    }

    /// For each position of `indices` (int64), the element of the same row with that index.
    public func gathering(_ indices: Tensor, along axis: Int = -1) throws(TorchError) -> Tensor {
        try .make { ct_gather(handle, axis, indices.handle, &$0) }
    }

    /// A copy with `value` where `mask` is true.
    public func filled(_ value: Double, where mask: Tensor) throws(TorchError) -> Tensor {
        try .make { ct_masked_fill(handle, mask.handle, value, &$0) }
    }
}
