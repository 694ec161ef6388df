import TestSupport
import Testing
import Torch

/// What a tensor holds, and which tensors hold it together.
@Suite struct TensorTests {
    @Test func `values come back as they went in`() throws {
        #expect(try Tensor([true, false]).values(as: Bool.self) == [true, false])
        #expect(try Tensor([0, 255] as [UInt8]).values(as: UInt8.self) == [0, 255])
        #expect(try Tensor([Int32.min, .max]).values(as: Int32.self) == [.min, .max])
        #expect(try Tensor([Int.min, .max]).values(as: Int.self) == [.min, .max])
        #expect(try Tensor([0.1, -0.0] as [Float]).values(as: Float.self) == [0.1, -0.0])
        #expect(try Tensor([0.1, .infinity]).values(as: Double.self) == [0.1, .infinity])
        #expect(try Tensor([Double]()).values(as: Double.self).isEmpty)
    }

    @Test(arguments: [[], [6], [2, 3], [1, 0, 4]])
    func `a shape comes back as it went in`(shape: [Int]) throws {
        let count = shape.reduce(1, *)
        let tensor = try Tensor([Int32](0..<Int32(count)), shape: shape)
        #expect(tensor.shape == shape)
        #expect(tensor.elementCount == count)
        #expect(tensor.byteCount == 4 * count)
        #expect(tensor.dtype == .int32)
        #expect(tensor.device == .cpu)
    }

    @Test(arguments: DType.allCases)
    func `small whole numbers survive every type`(dtype: DType) throws {
        let numbers: [Double] = dtype == .bool ? [0, 1, 1] : [0, 1, 7]
        let tensor = try Tensor(numbers).converted(to: dtype)
        #expect(tensor.dtype == dtype)
        #expect(tensor.byteCount == 3 * dtype.byteCount)
        #expect(try tensor.bytes().count == tensor.byteCount)
        #expect(try tensor.converted(to: .float64).values(as: Double.self) == numbers)
    }

    @Test func `bfloat16 rounds to eight bits, ties to even`() throws {
        let rounded = try Tensor([1 + 1.0 / 256, 1 + 3.0 / 256, 1.0 / 3]).converted(to: .bfloat16)
        #expect(try rounded.floats() == [1, 1 + 4.0 / 256, 0.333984375])
    }

    @Test func `NaN stays NaN and is seen`() throws {
        let tensor = try Tensor([1, Float.nan])
        #expect(try tensor.values(as: Float.self)[1].isNaN)
        #expect(try (tensor * 0).values(as: Float.self)[1].isNaN)
        #expect(try !tensor.isFinite())
        #expect(try !Tensor([Float.infinity]).isFinite())
        #expect(try Tensor([Float.greatestFiniteMagnitude]).isFinite())
    }

    @Test func `a view shares memory, a copy does not`() throws {
        let base = try Tensor.range(6)
        let views = [
            try base.reshaped([2, 3]), try base.narrowed(to: 0..<3), try base.detached(),
            try base.reshaped([2, 3]).transposed(0, 1), try base.converted(to: .float32),
            try base.moved(to: .cpu),
        ]
        let copies = [try base.copied(), try base.converted(to: .float64), try base + 0]
        try base.fill(9)
        for view in views {
            #expect(try view.floats().allSatisfy { $0 == 9 })
        }
        for copy in copies {
            #expect(try copy.floats() == [0, 1, 2, 3, 4, 5])
        }
    }

    @Test func `making and reading refuse what does not fit`() throws {
        expectRefusal("Tensor(_:shape:): 3 values do not fill shape [2, 2]") {
            try Tensor([1.0, 2, 3], shape: [2, 2])
        }
        expectRefusal("Tensor(_:shape:): 1 values do not fill shape [-1, -1]") {
            try Tensor([1.0], shape: [-1, -1])
        }
        let pair = try Tensor([1.0, 2])
        expectRefusal("values(as:): a tensor of float64 cannot be read as Float") {
            try pair.values(as: Float.self)
        }
        expectRefusal("item(): a tensor of shape [2] is not one number") { try pair.item() }
    }

    @Test func `a refusal has libtorch's own words`() throws {
        let wide = try Tensor.zeros(shape: [2, 3])
        expectRefusal("matmul(_:): mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)") {
            try wide.matmul(wide)
        }
        expectRefusal("reshaped(_:): shape '[4, 2]' is invalid for input of size 6") {
            try wide.reshaped([4, 2])
        }
    }

    @Test func `too little memory is a kind of its own`() throws {
        let error = #expect(throws: TorchError.self) {
            try Tensor.zeros(shape: [1 << 30, 1 << 20])
        }
        #expect(error?.kind == .outOfMemory)
        #expect(error?.message.hasSuffix("the CPU has no 4503599627370496 bytes left") == true)
    }
}
