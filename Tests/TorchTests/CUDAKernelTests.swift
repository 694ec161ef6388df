import TestSupport
import Testing
import Torch

/// The CUDA kernels without a device: they compile, or the compiler says why not. Skipped where NVRTC
/// is not installed; `scripts/setup --nvrtc` brings it.
@Suite struct CUDAKernelTests {
    static let hasCompiler = CUDAKernels.compilerAbsence == nil

    @Test(
        .enabled(if: hasCompiler, "libnvrtc.so.13 is not here: scripts/setup --nvrtc"),
        arguments: [80, 89, 90])
    func `every kernel compiles`(capability: Int) throws {
        #expect(try CUDAKernels.compile(capability: capability) > 10_000)
    }

    @Test(.enabled(if: hasCompiler, "libnvrtc.so.13 is not here: scripts/setup --nvrtc"))
    func `a capability that no device has is refused in the compiler's words`() throws {
        let words = try #require(refusal { try CUDAKernels.compile(capability: 7) })
        let expected =
            "compile(capability:): our CUDA kernels: nvrtcCompileProgram says "
            + "NVRTC_ERROR_INVALID_OPTION"
        #expect(words.hasPrefix(expected), "\(words)")
        #expect(words.contains("--gpu-architecture"), "\(words)")
    }

    @Test(.enabled(if: !hasCompiler))
    func `without NVRTC compiling is refused with the place where it belongs`() {
        expectRefusal(
            "compile(capability:): libnvrtc.so.13 was not found, neither in nvidia/cu13/lib beside "
                + "libtorch nor by the loader (it is the wheel nvidia-cuda-nvrtc)"
        ) { try CUDAKernels.compile(capability: 90) }
    }

    @Test func `the CPU needs none of them`() {
        #expect(CUDAKernels.absence(on: .cpu) == nil)
    }

    @Test(.enabled(if: Device.cudaCount > 0))
    func `they are used where there is a device`() throws {
        #expect(try CUDAKernels.absence(on: Device(named: "cuda")) == nil)
    }
}
