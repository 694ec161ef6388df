import Foundation
import TestSupport
import Testing
import Torch

/// A file that lies, and what is said of it after its path.
struct Lie: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: Data
    let problem: String

    init(_ name: String, _ bytes: Data, _ problem: String) {
        testDescription = name
        self.bytes = bytes
        self.problem = problem
    }

    /// One float32 vector of two, as its header describes it; eight bytes of data.
    init(_ name: String, entry: String, _ problem: String) throws {
        self.init(
            name, try safetensors("{\"x\":\(entry)}", [0, 0, 0, 0, 0, 0, 0, 0]),
            "says of tensor 'x': \(problem)")
    }
}

/// Files that cannot be trusted.
@Suite struct SafetensorsRefusalTests {
    static let lies: [Lie] = (try? makeLies()) ?? []

    static func makeLies() throws -> [Lie] {
        let missing = "dtype, shape or data_offsets is missing or not of its type"
        func pair(_ a: String, _ b: String) throws -> Data {
            try safetensors(
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":\(a)},"
                    + "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":\(b)}}",
                [UInt8](repeating: 0, count: 9))
        }
        let aligned = try pair("[0,4]", "[4,8]").count - 9 + 4
        return [
            .init("seven bytes", Data(count: 7), "has 7 bytes, too few for a header"),
            .init(
                "a header longer than the file", Data([200, 0, 0, 0, 0, 0, 0, 0, 1]),
                "declares a header of 200 bytes in a file of 9 bytes"),
            .init(
                "a header longer than any memory", Data(repeating: 255, count: 16),
                "declares a header of 18446744073709551615 bytes in a file of 16 bytes"),
            .init("no header", Data(count: 8), "has a header that is not a JSON object"),
            .init(
                "not JSON", try safetensors("{\"x\":", []), "has a header that is not a JSON object"
            ),
            .init("a list", try safetensors("[1]", []), "has a header that is not a JSON object"),
            .init(
                "metadata of numbers", try safetensors("{\"__metadata__\":{\"a\":1}}", []),
                "has a __metadata__ that is not a table of strings"),
            .init(
                "overlap", try pair("[0,4]", "[3,7]"),
                "has tensor 'b' at byte \(aligned - 1), but the one before it ends at \(aligned)"),
            .init(
                "gap", try pair("[0,4]", "[5,9]"),
                "has tensor 'b' at byte \(aligned + 1), but the one before it ends at \(aligned)"),
            .init(
                "bytes after the last tensor", try pair("[0,4]", "[4,8]"),
                "has \(aligned + 5) bytes, its tensors end at \(aligned + 4)"),
            .init(
                "bytes without a tensor", try safetensors("{}", [1]),
                "has 11 bytes, its tensors end at 10"),
            try .init("an entry that is a number", entry: "7", missing),
            try .init("no dtype", entry: "{\"shape\":[2],\"data_offsets\":[0,8]}", missing),
            try .init(
                "negative shape",
                entry: "{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}",
                missing),
            try .init(
                "strides longer than any memory",
                entry: "{\"dtype\":\"F32\",\"shape\":[0,4611686018427387904,8],"
                    + "\"data_offsets\":[0,0]}",
                "shape [0, 4611686018427387904, 8] is larger than any memory"),
            try .init(
                "half a size", entry: "{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,8]}",
                missing),
            try .init(
                "three offsets",
                entry: "{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,8]}",
                missing),
            try .init(
                "unknown dtype",
                entry: "{\"dtype\":\"C64\",\"shape\":[1],\"data_offsets\":[0,8]}",
                "dtype 'C64' is not one of F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL"),
            try .init(
                "dtype of quantised weights",
                entry: "{\"dtype\":\"U32\",\"shape\":[2],\"data_offsets\":[0,8]}",
                "dtype 'U32', in which MLX packs quantised weights, is not implemented"),
            try .init(
                "wrong size for the shape",
                entry: "{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}",
                "shape [3] of F32 needs 12 bytes, data_offsets give 8"),
            try .init(
                "offsets outside the file",
                entry: "{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}",
                "bytes 0..<12 lie outside the file"),
            try .init(
                "offsets backwards",
                entry: "{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}",
                "bytes 8..<0 lie outside the file"),
            try .init(
                "a shape that overflows",
                entry:
                    "{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,8]}",
                "shape [4294967296, 4294967296] is larger than any memory"),
        ]
    }

    @Test func `there are lies to tell`() throws {
        #expect(try Self.makeLies().count == Self.lies.count)
    }

    @Test(arguments: lies)
    func `a file that lies is refused`(lie: Lie) throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/x.safetensors"
            try lie.bytes.write(to: .init(filePath: path))
            expectRefusal("\(path): \(lie.problem); a whole safetensors file is needed") {
                try SafetensorsFile(path: path)
            }
        }
    }

    @Test func `a file cut anywhere is refused`() throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/x.safetensors"
            try SafetensorsFile.write(["x": vector(1, 2), "y": matrix([3, 4])], to: path)
            let whole = try #require(FileManager.default.contents(atPath: path))
            for length in 0..<whole.count {
                try whole.prefix(length).write(to: .init(filePath: path))
                let words = refusal { try SafetensorsFile(path: path) }
                let remedy =
                    length == 0
                    ? "is empty; a safetensors file is needed: copy or download the file again"
                    : "; a whole safetensors file is needed"
                #expect(words?.hasSuffix(remedy) == true)
            }
        }
    }

    @Test func `no file and a folder are refused`() throws {
        try Fixture.withTemporaryFolder { folder in
            expectRefusal("\(folder)/none: cannot be opened: No such file or directory") {
                try SafetensorsFile(path: folder + "/none")
            }
            expectRefusal("\(folder): is not a file") { try SafetensorsFile(path: folder) }
        }
    }
}
