import Foundation
import TestSupport
import Testing
import Torch

/// Files that are whole.
@Suite struct SafetensorsTests {
    @Test(arguments: DType.allCases)
    func `a tensor of any type comes back`(dtype: DType) throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/one.safetensors"
            let tensor = try Tensor([0, 1, 1, 0, 1, 1]).reshaped([2, 3]).converted(to: dtype)
            try SafetensorsFile.write(["x": tensor], to: path)
            let found = try SafetensorsFile(path: path).tensor("x")
            #expect(found.dtype == dtype)
            #expect(found.shape == [2, 3])
            #expect(try found.bytes() == tensor.bytes())
        }
    }

    @Test func `a scalar, an empty tensor, NaN and a transposed view come back`() throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/odd.safetensors"
            try SafetensorsFile.write(
                [
                    "scalar": matrix([1, 2]).sum(), "empty": .zeros(shape: [3, 0]),
                    "nan": Tensor([Float.nan, -.infinity]),
                    "transposed": matrix([1, 2], [3, 4]).transposed(0, 1),
                ], to: path)
            let file = try SafetensorsFile(path: path)
            #expect(try file.tensor("scalar").item() == 3)
            #expect(try file.tensor("scalar").shape == [])
            #expect(try file.tensor("empty").shape == [3, 0])
            #expect(try file.tensor("nan").floats()[0].isNaN)
            #expect(try file.tensor("nan").floats()[1] == -.infinity)
            #expect(try file.tensor("transposed").values(as: Double.self) == [1, 3, 2, 4])
        }
    }

    @Test func `the bytes are those of the format's description`() throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/x.safetensors"
            try SafetensorsFile.write(
                ["b": Tensor([1] as [UInt8]), "a": Tensor([0x0102] as [Int32])],
                metadata: ["k\"": "line\nend"], to: path)
            var header = "{\"__metadata__\":{\"k\\\"\":\"line\\u000aend\"},"
            header += "\"a\":{\"dtype\":\"I32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            header += "\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[4,5]}}"
            header += String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
            let expected = try safetensors(header, [2, 1, 0, 0, 1])
            #expect(FileManager.default.contents(atPath: path) == expected)
            #expect(try SafetensorsFile(path: path).metadata == ["k\"": "line\nend"])
        }
    }

    @Test func `the same tensors give the same bytes`() throws {
        try Fixture.withTemporaryFolder { folder in
            let names = (0..<40).map { "layer.\($0)" }
            for order in [names, names.reversed()] {
                var tensors: [String: Tensor] = [:]
                for name in order { tensors[name] = try vector(Double(name.count)) }
                try SafetensorsFile.write(
                    tensors, metadata: ["b": "1", "a": "2", "format": "pt"],
                    to: folder + "/\(order[0])")
            }
            let manager = FileManager.default
            #expect(
                manager.contents(atPath: folder + "/layer.0")
                    == manager.contents(atPath: folder + "/layer.39"))
        }
    }

    @Test func `a tensor outlives the file object, and the file's name`() throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/x.safetensors"
            try SafetensorsFile.write(["x": .range(100_000)], to: path)
            let tensor = try SafetensorsFile(path: path).tensor("x")
            try FileManager.default.removeItem(atPath: path)
            #expect(try tensor.floats() == (0..<100_000).map(Float.init))
        }
    }

    @Test func `opening a file takes no memory for its tensors`() async {
        await #expect(processExitsWith: .success) {
            try Fixture.withTemporaryFolder { folder in
                let path = folder + "/x.safetensors"
                try SafetensorsFile.write(["x": .range(1_000_000)], to: path)
                let before = try Device.cpu.memory().liveBytes
                let tensor = try SafetensorsFile(path: path).tensor("x")
                #expect(try Device.cpu.memory().liveBytes == before)
                #expect(tensor.elementCount == 1_000_000)
            }
        }
    }

    @Test func `a tensor that stands at an odd byte is read all the same`() throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/odd.safetensors"
            let header = """
                {"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},
                "b":{"dtype":"I32","shape":[2],"data_offsets":[1,9]}}
                """
            try safetensors(header, [9, 1, 0, 0, 0, 0, 1, 0, 0]).write(to: .init(filePath: path))
            let file = try SafetensorsFile(path: path)
            #expect(try file.tensor("b").values(as: Int32.self) == [1, 256])
            #expect(try file.tensor("a").values(as: UInt8.self) == [9])
        }
    }

    @Test func `entries say where each tensor stands`() throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/x.safetensors"
            try SafetensorsFile.write(["x": vector(1, 2), "y": matrix([3])], to: path)
            let file = try SafetensorsFile(path: path)
            let x = try #require(file.entries["x"])
            #expect(x.dtype == .float64 && x.shape == [2] && x.bytes.count == 16)
            #expect(file.entries["y"]?.bytes.lowerBound == x.bytes.upperBound)
            expectRefusal("\(path): has no tensor 'z'; it has 2 tensors") { try file.tensor("z") }
        }
    }
}

/// A safetensors file by hand.
func safetensors(_ header: String, _ data: [UInt8]) throws -> Data {
    var bytes = Data()
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: Array(header.utf8))
    bytes.append(contentsOf: data)
    return bytes
}
