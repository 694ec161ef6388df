import Basics
import Experiments
import Foundation
import Torch
import Tracking

/// Checks the devices and the memory.
struct MachineChecks {
    /// The device, as `--device` names it.
    let device: String

    var findings: [Finding] {
        [program, libtorch, driver] + gpus
            + [wantedDevice, kernels, processor, memory]
    }

    private var program: Finding {
        let place = FilePath.program ?? "its place is not known"
        return .ok("program", "\(ProgramVersion.text), \(place)")
    }

    private var libtorch: Finding {
        .ok("libtorch", "\(Libtorch.version), \(Libtorch.path ?? "its place is not known")")
    }

    private var driver: Finding {
        let absence = Device.cudaAbsence  // loads the driver
        let names = [
            Machine.driverVersion.map { "NVIDIA \($0)" },
            Machine.driverCUDAVersion.map { "CUDA \($0)" },
        ]
        let name = names.compactMap(\.self).joined(separator: ", ")
        guard !name.isEmpty else { return .ok("driver", "no NVIDIA driver; the CPU computes") }
        guard let absence else { return .ok("driver", name) }
        return .warning(
            "driver", "\(name), but no device can be used: \(absence)",
            remedy:
                "run scripts/setup again, which installs the libraries for CUDA where there is a "
                + "driver; this driver has to be one for CUDA 13 (580 or newer)")
    }

    /// One finding for each CUDA device.
    private var gpus: [Finding] {
        Device.all.map { device in
            .of("gpu") {
                let memory = try device.capacity()
                let text =
                    "\(device): \(device.name ?? "unnamed"), \(Size.text(memory.free)) of "
                    + "\(Size.text(memory.total)) free"
                return device.isFastAtBFloat16
                    ? .ok("gpu", text)
                    : .warning(
                        "gpu", text + ", of a compute capability below 8.0",
                        remedy: "use --device cpu, or a newer GPU: bfloat16 is slow on this one")
            }
        }
    }

    /// The finding on the requested device.
    private var wantedDevice: Finding {
        .of("device") {
            let found = try Device(named: device)
            return .ok("device", "--device \(device) is \(found)")
        }
    }

    private var kernels: Finding {
        guard Device.cudaAbsence == nil else {
            return .ok("kernels", "not needed without a CUDA device")
        }
        if let reason = CUDAKernels.absence(on: Device.all[0]) {
            return .warning(
                "kernels", "not used: \(reason)",
                remedy:
                    "library operations run in their place, slower; scripts/setup installs NVRTC")
        }
        return .ok("kernels", "compiled and used")
    }

    private var processor: Finding {
        let known = [
            ("avx512f", "AVX-512"), ("avx512_bf16", "AVX-512 BF16"),
            ("avx512_fp16", "AVX-512 FP16"), ("amx_bf16", "AMX"),
        ]
        let features = known.filter { Machine.processorHas($0.0) }.map(\.1)
        let way =
            switch GEMMBackend.ofProcessor {
            case .float16: "bfloat16 products run in float16, their sums in float32"
            case .float32: "bfloat16 products run in float32"
            case .library:
                Device.cpu.isFastAtBFloat16 ? "fast at bfloat16" : "float32 is used by itself"
            }
        return .ok(
            "processor",
            "\(Machine.processorName ?? "unnamed"), threads: \(Libtorch.threadCount); "
                + (features.isEmpty ? "no AVX-512" : features.joined(separator: ", ")) + "; \(way)")
    }

    private var memory: Finding {
        .of("memory") {
            let left = try ProcessMemory.availableBytes()
            let text = "\(Size.text(left)) of \(Size.text(try Machine.memoryBytes())) are left"
            return left < Self.littleMemory
                ? .warning("memory", text, remedy: "end other programs, or use a smaller model")
                : .ok("memory", text)
        }
    }

    /// The training of the built-in model takes less than half of it.
    private static let littleMemory = 1_000_000_000
}
