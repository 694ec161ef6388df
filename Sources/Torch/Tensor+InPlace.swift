internal import CTorch

/// The only functions that change a tensor, and with it every view of its memory.
extension Tensor {
    public func fill(_ value: Double) throws(TorchError) {
        try check(ct_tensor_fill(handle, value), #function)
    }

    /// Overwrites all elements with those of `source`, which has the same shape.
    public func assign(_ source: Tensor) throws(TorchError) {
        try check(ct_tensor_assign(handle, source.handle), #function)
    }

    /// Overwrites the rows that `rows`, an int64 vector, names with those of `source`.
    public func assign(_ source: Tensor, toRows rows: Tensor) throws(TorchError) {
        try check(ct_tensor_assign_rows(handle, rows.handle, source.handle), #function)
    }

    /// self *= factor
    public func scale(by factor: Double) throws(TorchError) {
        try check(ct_tensor_scale(handle, factor), #function)
    }

    /// Overwrites with draws from the uniform distribution on [low, high).
    public func fillUniform(
        from low: Double, to high: Double, using generator: Generator
    ) throws(TorchError) {
        try check(ct_fill_uniform(handle, low, high, generator.handle), #function)
    }

    /// Overwrites with draws from the normal distribution.
    public func fillNormal(
        mean: Double = 0, deviation: Double, using generator: Generator
    ) throws(TorchError) {
        try check(ct_fill_normal(handle, mean, deviation, generator.handle), #function)
    }

    /// Overwrites each element with 1 by this probability, else with 0.
    public func fillBernoulli(
        _ probability: Double, using generator: Generator
    ) throws(TorchError) {
        try check(ct_fill_bernoulli(handle, probability, generator.handle), #function)
    }
}
