import TestSupport
import Testing
import Torch

/// The words after --device.
@Suite struct DeviceTests {
    @Test func `cpu is always there`() throws {
        #expect(try Device(named: "cpu") == .cpu)
        #expect(Device.cpu.description == "cpu")
        #expect(Device.cpu.cudaIndex == nil)
        try Device.cpu.synchronize()
    }

    @Test(arguments: ["tpu", "", "cuda:x", "cuda:", "cuda:-1", "cuda:0:0", "CUDA", ":0", "cpu:0"])
    func `an unknown kind is refused with the known ones`(name: String) {
        expectRefusal(
            "--device \(name): there is no such kind of device; use auto, cpu, cuda or cuda:0"
        ) { try Device(named: name) }
    }

    @Test(.enabled(if: Device.cudaCount == 0), arguments: ["cuda", "cuda:0", "cuda:3"])
    func `CUDA where there is none is an error that says why`(name: String) throws {
        let words = try #require(refusal { try Device(named: name) })
        let prefix = "--device \(name): no CUDA device can be used here: "
        let suffix = "; use --device cpu or auto"
        #expect(words.hasPrefix(prefix) && words.hasSuffix(suffix))
        let reason = words.dropFirst(prefix.count).dropLast(suffix.count)
        let reasons = [
            "no NVIDIA driver was found (libcuda.so.1 does not load)",
            "there is a driver, but libtorch_cuda.so does not load: ",
            "libtorch_cuda.so is loaded, but the driver shows no device",
        ]
        #expect(reasons.contains { reason.hasPrefix($0) }, "\(reason)")
    }

    @Test(.enabled(if: Device.cudaCount == 0))
    func `auto is the CPU where there is no CUDA device`() throws {
        #expect(try Device(named: "auto") == .cpu)
    }

    @Test(.enabled(if: Device.cudaCount > 0))
    func `auto and cuda are the first CUDA device where there is one`() throws {
        #expect(try Device(named: "auto").description == "cuda:0")
        #expect(try Device(named: "cuda") == Device(named: "cuda:0"))
        expectRefusal(
            "--device cuda:99: there are \(Device.cudaCount) CUDA devices, numbered from 0"
        ) { try Device(named: "cuda:99") }
        let there = try vector(1, 2).moved(to: Device(named: "cuda"))
        #expect(there.device.cudaIndex == 0)
        #expect(try (there * there).values(as: Double.self) == [1, 4])
    }

    @Test func `libtorch is the pinned version`() { #expect(Libtorch.version == "2.11.0") }

    @Test func `no threads at all are refused`() {
        expectRefusal("setThreadCount(_:): 0 threads cannot work; use at least 1") {
            try Libtorch.setThreadCount(0)
        }
        #expect(Libtorch.threadCount > 0)
    }
}
