internal import CTorch
import Foundation

/// Facts about this machine, from the kernel.
public enum Machine {
    /// The first processor's name; nil where the kernel does not state it.
    public static var processorName: String? {
        line(of: "model name", in: processors).map {
            $0.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
    }

    /// Whether the processor has a feature, by the kernel's name: `avx512f`, `amx_bf16`.
    public static func processorHas(_ feature: String) -> Bool {
        (line(of: "flags", in: processors) ?? "").split(separator: " ").contains(feature[...])
    }

    /// The NVIDIA driver's version; nil where there is no driver.
    public static var driverVersion: String? {
        // "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.65.06  Sun Jul 27 …"
        let text =
            (try? String(contentsOfFile: "/proc/driver/nvidia/version", encoding: .utf8)) ?? ""
        return text.split(whereSeparator: \.isWhitespace).first { word in
            word.split(separator: ".").count >= 2
                && word.allSatisfy { $0 == "." || ("0"..."9").contains($0) }
        }.map(String.init)
    }

    /// The version of CUDA that the driver is for, such as "13.0"; nil where no driver is loaded.
    public static var driverCUDAVersion: String? {
        let version = ct_cuda_driver_version()
        return version == 0 ? nil : "\(version / 1000).\(version % 1000 / 10)"
    }

    /// The total bytes of memory.
    public static func memoryBytes() throws -> Int {
        let place = "/proc/meminfo"
        let text = (try? String(contentsOfFile: place, encoding: .utf8)) ?? ""
        guard let words = line(of: "MemTotal", in: text)?.split(separator: " "),
            let count = words.first.flatMap({ Int($0) })
        else { throw FileError(path: place, problem: "has no line 'MemTotal: … kB'") }
        return count * 1024
    }

    private static let processors =
        (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""

    /// The text after a name and a colon, in the first line that begins with them.
    private static func line(of name: String, in text: String) -> String? {
        for line in text.split(separator: "\n") where line.hasPrefix(name) {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == name {
                return parts[1].trimmingCharacters(in: .whitespaces)
            }
        }
        return nil
    }
}

extension Libtorch {
    /// The libtorch file that is loaded.
    public static var path: String? {
        // A read in one piece ends at the end of the first page.
        let bytes = try? FileHandle(forReadingAtPath: "/proc/self/maps")?.readToEnd()
        let maps = String(decoding: bytes ?? Data(), as: UTF8.self)
        return maps.split(separator: "\n").first { $0.hasSuffix("/libtorch_cpu.so") }
            .flatMap { line in line.firstIndex(of: "/").map { String(line[$0...]) } }
    }
}

extension Device {
    /// Every CUDA device that can be used here.
    public static var all: [Device] { (0..<cudaCount).map { Device(cudaIndex: $0) } }

    /// Why no CUDA device can be used; nil when one can.
    public static var cudaAbsence: String? {
        cudaCount > 0 ? nil : String(cString: ct_cuda_unavailable_reason())
    }

    /// The driver's name for a CUDA device.
    public var name: String? {
        cudaIndex.flatMap { index in
            let words = String(cString: ct_cuda_name(Int32(index)))
            return words.isEmpty ? nil : words
        }
    }

    /// The bytes of a CUDA device that no tensor uses, and its total.
    ///
    /// - Throws: `TorchError` for the CPU.
    public func capacity() throws(TorchError) -> (free: Int, total: Int) {
        var free = 0
        var total = 0
        try check(ct_cuda_memory(code, &free, &total), #function)
        return (free, total)
    }
}
