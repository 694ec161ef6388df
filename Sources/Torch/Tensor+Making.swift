internal import CTorch

extension Tensor {
    /// A copy of `values`, row-major, on the CPU.
    ///
    /// - Throws: `TorchError` when the number of elements of `values` is not that of `shape`.
    public convenience init<Element: TensorElement>(
        _ values: [Element], shape: [Int]
    ) throws(TorchError) {
        guard values.count == shape.reduce(1, *), shape.allSatisfy({ $0 >= 0 }) else {
            throw TorchError(
                operation: "Tensor(_:shape:)",
                message: "\(values.count) values do not fill shape \(shape)")
        }
        var out = ct_tensor(impl: nil)
        let status = values.withUnsafeBytes { bytes in
            withUnsafePointer(to: UInt8(0)) { nothing in
                ct_tensor_from_bytes(
                    bytes.baseAddress ?? UnsafeRawPointer(nothing), Element.dtype.code, shape,
                    shape.count, &out)
            }
        }
        try check(status, "Tensor(_:shape:)")
        self.init(owning: out)
    }

    /// A vector.
    public convenience init<Element: TensorElement>(_ values: [Element]) throws(TorchError) {
        try self.init(values, shape: [values.count])
    }

    public static func full(
        _ value: Double, shape: [Int], dtype: DType = .float32, device: Device = .cpu
    ) throws(TorchError) -> Tensor {
        try make { ct_tensor_full(value, dtype.code, shape, shape.count, device.code, &$0) }
    }

    public static func zeros(
        shape: [Int], dtype: DType = .float32, device: Device = .cpu
    ) throws(TorchError) -> Tensor {
        try full(0, shape: shape, dtype: dtype, device: device)
    }

    /// Memory whose elements are not set; on the CPU pages are allocated when they are first
    /// written.
    public static func unset(
        shape: [Int], dtype: DType = .float32, device: Device = .cpu
    ) throws(TorchError) -> Tensor {
        try make { ct_tensor_unset(dtype.code, shape, shape.count, device.code, &$0) }
    }

    /// 0, 1, … `count` - 1.
    public static func range(
        _ count: Int, dtype: DType = .float32, device: Device = .cpu
    ) throws(TorchError) -> Tensor {
        try make { ct_tensor_range(count, dtype.code, device.code, &$0) }
    }

    /// A copy, on the CPU, of row-major bytes in the machine's order.
    ///
    /// - Throws: `TorchError` when the number of bytes is not that of the shape and type.
    static func copying(
        _ bytes: UnsafeRawBufferPointer, shape: [Int], dtype: DType
    ) throws(TorchError) -> Tensor {
        guard let base = bytes.baseAddress, bytes.count == shape.reduce(dtype.byteCount, *) else {
            return try zeros(shape: shape, dtype: dtype)
        }
        return try make { ct_tensor_from_bytes(base, dtype.code, shape, shape.count, &$0) }
    }

    /// A tensor over bytes that `owner` keeps alive; nothing is copied.
    static func over(
        _ bytes: UnsafeRawBufferPointer, owner: AnyObject, shape: [Int], dtype: DType
    ) throws(TorchError) -> Tensor {
        let memory = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
        guard let memory, !bytes.isEmpty else { return try zeros(shape: shape, dtype: dtype) }
        let context = Unmanaged.passRetained(owner).toOpaque()
        return try make {
            ct_tensor_over_memory(
                memory, dtype.code, shape, shape.count,
                { context in Unmanaged<AnyObject>.fromOpaque(context).release() }, context, &$0)
        }
    }
}

extension Tensor {
    /// The elements, row-major.
    ///
    /// - Throws: `TorchError` when the tensor's type is not `Element`'s.
    public func values<Element: TensorElement>(
        as type: Element.Type = Element.self
    ) throws(TorchError) -> [Element] {
        guard dtype == Element.dtype else {
            throw TorchError(
                operation: #function, message: "a tensor of \(dtype) cannot be read as \(type)")
        }
        let count = elementCount
        var status: ct_status = .CT_OK
        let result = [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
            if let base = buffer.baseAddress {
                status = ct_tensor_read(handle, base, count * MemoryLayout<Element>.stride)
            }
            initialized = count
        }
        try check(status, #function)
        return result
    }

    /// The elements as float32, whatever floating-point type the tensor has.
    public func floats() throws(TorchError) -> [Float] { try converted(to: .float32).values() }

    /// The only element, as a number.
    public func item() throws(TorchError) -> Double {
        guard elementCount == 1 else {
            throw TorchError(
                operation: #function, message: "a tensor of shape \(shape) is not one number")
        }
        return try converted(to: .float64).values(as: Double.self)[0]
    }

    /// The bytes of the elements, row-major, in the machine's order.
    public func bytes() throws(TorchError) -> [UInt8] {
        let count = byteCount
        var status: ct_status = .CT_OK
        let result = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            if let base = buffer.baseAddress { status = ct_tensor_read(handle, base, count) }
            initialized = count
        }
        try check(status, #function)
        return result
    }

    /// The same values as another type; the same tensor when it is that type already.
    public func converted(to dtype: DType) throws(TorchError) -> Tensor {
        if dtype == self.dtype { return self }
        return try Tensor.make { ct_tensor_converted(handle, dtype.code, device.code, &$0) }
    }

    /// The same values on another device; the same tensor when it is there already.
    public func moved(to device: Device) throws(TorchError) -> Tensor {
        if device == self.device { return self }
        return try Tensor.make { ct_tensor_converted(handle, dtype.code, device.code, &$0) }
    }

    /// A copy with memory of its own.
    public func copied() throws(TorchError) -> Tensor {
        try Tensor.make { ct_tensor_copy(handle, &$0) }
    }
}
