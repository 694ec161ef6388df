import Foundation
import TestSupport
import Testing
import Torch

/// Files that change while they are mapped.
@Suite struct MappedFileTests {
    @Test(arguments: [false, true])
    func `a file that is cut short while it is used ends the program with its name`(
        isPopulated: Bool
    ) async throws {
        let folder = NSTemporaryDirectory() + "ft-mmlu-mapped-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/model.safetensors"
        try SafetensorsFile.write(["x": try .zeros(shape: [1 << 20])], to: path)
        let ending = await #expect(
            processExitsWith: .exitCode(1), observing: [\.standardErrorContent]
        ) { [path = path as String, isPopulated = isPopulated as Bool] in
            let file = try SafetensorsFile(path: path)
            let tensor = try file.tensor("x")
            if isPopulated { _ = try tensor.copied() }
            truncate(path, 8192)
            _ = try tensor.copied()
        }
        let errors = String(decoding: ending?.standardErrorContent ?? [], as: UTF8.self)
        #expect(
            errors.hasSuffix(
                "Error: \(path): cannot be read any more; it was cut short, or its disk fails: copy "
                    + "or download the file again\n"))
    }

    @Test func `what is cut short before its bytes are read is refused`() throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/model.safetensors"
            try SafetensorsFile.write(["x": try .zeros(shape: [1 << 20])], to: path)
            let file = try SafetensorsFile(path: path)
            truncate(path, 8192)
            let words = refusal(of: { try file.tensor("x") })
            #expect(
                words?.hasSuffix(
                    "cannot be read: Bad address; the file may be damaged or may have been cut short "
                        + "while it was read") == true, "\(words ?? "read")")
        }
    }

    @Test func `another access outside of a file ends the program as before`() async {
        await #expect(processExitsWith: .signal(SIGBUS)) {
            try Fixture.withTemporaryFolder { folder in
                // The handler is there once a file was mapped.
                let path = folder + "/model.safetensors"
                try SafetensorsFile.write(["x": try .zeros(shape: [4])], to: path)
                _ = try SafetensorsFile(path: path).tensor("x")
                let other = open(folder + "/other", O_RDWR | O_CREAT, 0o600)
                ftruncate(other, 4096)
                let memory = mmap(nil, 4096, PROT_READ, MAP_SHARED, other, 0)
                ftruncate(other, 0)
                let byte = memory?.load(as: UInt8.self)
                exit(byte == 0 ? 3 : 4)
            }
        }
    }
}
