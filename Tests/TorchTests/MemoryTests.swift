import Foundation
import TestSupport
import Testing
import Torch

/// What is alive and how much memory it holds.
///
/// The counts are those of a whole process, and other tests run beside this one; so each test counts
/// in a process of its own.
@Suite struct MemoryTests {
    @Test func `live bytes rise and fall by what a tensor holds`() async {
        await #expect(processExitsWith: .success) {
            _ = try Tensor.zeros(shape: [1])
            let mebibyte = 1 << 20
            let slack = 256  // the heap rounds a block up
            let start = try Device.cpu.memory().liveBytes
            do {
                let tensor = try Tensor.zeros(shape: [mebibyte])
                let made = try Device.cpu.memory().liveBytes - start
                #expect((4 * mebibyte..<4 * mebibyte + slack).contains(made))
                let view = try tensor.reshaped([1024, -1])
                #expect(try Device.cpu.memory().liveBytes - start == made)
                let copy = try view.converted(to: .float64)
                let both = try Device.cpu.memory().liveBytes - start
                #expect((12 * mebibyte..<12 * mebibyte + 2 * slack).contains(both))
                withExtendedLifetime((tensor, view, copy)) {}
            }
            #expect(try Device.cpu.memory().liveBytes == start)
        }
    }

    @Test func `the peak stays until it is reset`() async {
        await #expect(processExitsWith: .success) {
            let mebibyte = 1 << 20
            _ = try Tensor.zeros(shape: [mebibyte])
            let before = try Device.cpu.memory()
            #expect(before.peakBytes - before.liveBytes >= 4 * mebibyte)
            try Device.cpu.resetPeakMemory()
            let after = try Device.cpu.memory()
            #expect(after.liveBytes == before.liveBytes)
            #expect(after.peakBytes == after.liveBytes)
            _ = try Tensor.zeros(shape: [mebibyte / 2])
            let last = try Device.cpu.memory()
            #expect(last.liveBytes == before.liveBytes)
            #expect((2 * mebibyte..<3 * mebibyte).contains(last.peakBytes - last.liveBytes))
        }
    }

    @Test func `10,000 steps of make, use, throw and free leave nothing`() async {
        await #expect(processExitsWith: .success) {
            try Fixture.withTemporaryFolder { folder in
                let path = folder + "/x.safetensors"
                try SafetensorsFile.write(["x": .range(12).reshaped([3, 4])], to: path)
                let generator = try Generator(seed: 1)
                let block = AttentionBlock(queries: 0..<3, keys: 0..<3, isCausal: true)
                func step() throws {
                    let x = try SafetensorsFile(path: path).tensor("x").asLeaf()
                    let noise = try Tensor.zeros(shape: [3, 4])
                    try noise.fillNormal(deviation: 1, using: generator)
                    let heads = try (x + noise).reshaped([3, 2, 2])
                    let y = try heads.attending(to: heads, values: heads, blocks: [block], scale: 1)
                    try y.sum().backward()
                    #expect(try x.gradient()?.shape == [3, 4])
                    #expect(throws: TorchError.self) { try x.matmul(noise) }
                    #expect(throws: TorchError.self) {
                        try withoutGradient { try Tensor.concatenated([x, heads]) }
                    }
                }
                func openFileCount() throws -> Int {
                    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
                }
                for _ in 0..<10 { try step() }
                // Some are inherited from the tests that run beside this one.
                let openFiles = try openFileCount()
                let tensors = Tensor.liveCount
                let bytes = try Device.cpu.memory().liveBytes
                for _ in 0..<10_000 { try step() }
                #expect(Tensor.liveCount == tensors)
                #expect(try Device.cpu.memory().liveBytes == bytes)
                let mappings = try String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
                #expect(!mappings.contains(path))
                #expect(try openFileCount() == openFiles)
            }
        }
    }
}
