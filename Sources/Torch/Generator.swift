internal import CTorch

/// A source of random numbers on one device, with a seed of its own.
public final class Generator {
    let handle: ct_generator

    public init(seed: UInt64, device: Device = .cpu) throws(TorchError) {
        var out = ct_generator(impl: nil)
        try check(ct_generator_make(seed, device.code, &out), "Generator(seed: \(seed))")
        handle = out
    }

    deinit { ct_generator_free(handle) }

    /// The whole state: after it is set again, the next numbers are the same.
    public func state() throws(TorchError) -> [UInt8] {
        try Tensor.make { ct_generator_state(handle, &$0) }.values()
    }

    public func setState(_ state: [UInt8]) throws(TorchError) {
        let bytes = try Tensor(state)
        // Nothing else keeps the tensor alive while the shim reads it.
        let status = withExtendedLifetime(bytes) { ct_generator_set_state(handle, bytes.handle) }
        try check(status, #function)
    }
}

@available(*, unavailable, message: "send seeds, not generators, across a concurrency boundary")
extension Generator: Sendable {}
