internal import CTorch

/// Operations along an axis; a negative axis counts from the end.
extension Tensor {
    public func sum() throws(TorchError) -> Tensor { try .make { ct_sum(handle, &$0) } }

    public func sum(along axis: Int, keepingAxis: Bool = false) throws(TorchError) -> Tensor {
        try .make { ct_sum_along(handle, axis, keepingAxis, &$0) }
    }

    /// Log-probabilities in nats; in float32 for 16-bit input.
    public func logSoftmax(along axis: Int = -1) throws(TorchError) -> Tensor {
        try .make { ct_log_softmax(handle, axis, &$0) }
    }

    /// The int64 index of the largest element along the axis.
    public func argmax(along axis: Int = -1) throws(TorchError) -> Tensor {
        try .make { ct_argmax(handle, axis, &$0) }
    }

    /// The largest elements along the last axis, largest first, and their int64 indices.
    public func largest(_ count: Int) throws(TorchError) -> (values: Tensor, indices: Tensor) {
        var values = ct_tensor(impl: nil)
        var indices = ct_tensor(impl: nil)
        try check(ct_topk(handle, count, &values, &indices), #function)
        return (Tensor(owning: values), Tensor(owning: indices))
    }

    /// The Euclidean norm of all elements, in float64.
    public func norm() throws(TorchError) -> Double {
        let wide = try converted(to: .float64)
        return try (wide * wide).sum().item().squareRoot()
    }

    /// The Euclidean norm of all elements of all tensors together, summed in float64.
    public static func norm(of tensors: [Tensor]) throws(TorchError) -> Double {
        var norm = 0.0
        try check(ct_norm(tensors.map(\.handle), tensors.count, &norm), #function)
        return norm
    }

    /// Whether no element is infinite or NaN.
    public func isFinite() throws(TorchError) -> Bool {
        // One infinite element or NaN makes the sum infinite or NaN, and a sum needs one read.
        if dtype.isFloatingPoint, try sum().item().isFinite { return true }
        var result = false
        try check(ct_is_finite(handle, &result), #function)
        return result
    }

    /// The first row of a matrix that holds an infinite element or NaN; nil where there is none.
    ///
    /// It costs a sum along the rows, and no memory of the matrix's size.
    public func firstRowNotFinite() throws(TorchError) -> Int? {
        for (row, sum) in try sum(along: -1).floats().enumerated() where !sum.isFinite {
            // The sum of finite elements may overflow.
            if try !narrowed(to: row..<row + 1).isFinite() { return row }
        }
        return nil
    }
}
