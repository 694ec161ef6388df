internal import CTorch

extension Tensor {
    /// Whether operations on this tensor are recorded for `backward`.
    public var requiresGradient: Bool { ct_requires_gradient(handle) }

    /// Makes a leaf trainable, or not.
    public func setRequiresGradient(_ flag: Bool) throws(TorchError) {
        try check(ct_set_requires_gradient(handle, flag), #function)
    }

    /// The same values outside the graph; shares memory.
    public func detached() throws(TorchError) -> Tensor { try .make { ct_detach(handle, &$0) } }

    /// Adds the gradient of this scalar to the gradient of every trainable leaf below it.
    public func backward() throws(TorchError) { try check(ct_backward(handle), #function) }

    /// Adds the same gradients from a result of any shape.
    ///
    /// - Parameter gradient: the gradient of the objective with respect to this tensor, of its
    ///   shape
    public func backward(from gradient: Tensor) throws(TorchError) {
        try check(ct_backward_from(handle, gradient.handle), #function)
    }

    /// The gradient accumulated since the last `clearGradient()`; nil when there is none.
    public func gradient() throws(TorchError) -> Tensor? {
        var out = ct_tensor(impl: nil)
        try check(ct_gradient(handle, &out), #function)
        return out.impl == nil ? nil : Tensor(owning: out)
    }

    public func clearGradient() throws(TorchError) {
        try check(ct_clear_gradient(handle), #function)
    }
}

/// Runs `body` without recording anything for gradients.
///
/// The mode belongs to the thread; so the closure is synchronous.
public func withoutGradient<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
    let old = ct_exchange_gradient_mode(false)
    defer { _ = ct_exchange_gradient_mode(old) }
    return try body()
}
