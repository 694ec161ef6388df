import Foundation
import Synchronization
import TestSupport
import Testing
import Torch

/// CUDA without a GPU: the unchanged program with the real libtorch_cuda and NVRTC, over libraries
/// that compute nothing and count what they are told (`Tests/CUDAStandIn`).
enum CUDAStandIn {
    /// The calls of one run of the program.
    struct Counts: Decodable {
        let launches: Int
        let ownLaunches: Int
        let uploads: Int
        let downloads: Int
        let waits: Int
        let allocations: Int
        let badGrids: Int
        let mostBytes: Int
    }

    /// A run of the program on it.
    struct Run {
        let ending: Program.Ending
        let counts: Counts
    }

    private static let variables = ProcessInfo.processInfo.environment

    private static let libtorch =
        variables["LIBTORCH"] ?? Fixture.repository.appendingPathComponent(".deps/torch").path

    /// Why it cannot run here; nil where it can.
    static let absence: String? = {
        let needed = [
            libtorch + "/lib/libtorch_cuda.so",
            libtorch + "/../nvidia/cu13/include/cuda_runtime_api.h",
            libtorch + "/../nvidia/cu13/lib/libnvrtc.so.13",
            "/usr/bin/g++", "/usr/bin/nm",
        ]
        let missing = needed.first { !FileManager.default.fileExists(atPath: $0) }
        return missing.map { "the CUDA stand-in is not built: \($0) is missing" }
    }()

    private static let folder =
        NSTemporaryDirectory() + "ft-mmlu-cuda-stand-in-" + UUID().uuidString

    /// The environment that puts the program on it; built once.
    private static let environment = Result {
        atexit { try? FileManager.default.removeItem(atPath: CUDAStandIn.folder) }
        let build = Process()
        build.executableURL = Fixture.repository.appendingPathComponent("Tests/CUDAStandIn/build")
        build.arguments = [libtorch, folder]
        try build.run()
        build.waitUntilExit()
        guard build.terminationStatus == 0 else { throw CocoaError(.executableNotLoadable) }
        let names = ["libcuda.so.1", "libcudart.so.13", "libcublas.so.13", "libcublasLt.so.13"]
        let environment = [
            "LD_PRELOAD": names.map { folder + "/" + $0 }.joined(separator: ":"),
            "LD_LIBRARY_PATH": ([folder] + [variables["LD_LIBRARY_PATH"]].compactMap(\.self))
                .joined(separator: ":"),
            // Its kernels are compiled once for all runs.
            "XDG_CACHE_HOME": folder,
        ]
        _ = try Program.run(["doctor"], in: folder, environment: environment)
        return environment
    }

    /// Runs the program on the stand-in's first device unless the arguments say otherwise.
    static func run(
        _ arguments: [String], in place: String? = nil, devices: Int = 1,
        variables: [String: String] = [:]
    ) throws -> Run {
        var environment = try environment.get().merging(variables) { $1 }
        let counts = folder + "/counts-" + UUID().uuidString
        environment["CUDA_STAND_IN_COUNTS"] = counts
        environment["CUDA_STAND_IN_DEVICES"] = String(devices)
        let ending = try Program.run(arguments, in: place ?? folder, environment: environment)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return Run(
            ending: ending,
            counts: try decoder.decode(
                Counts.self, from: Data(contentsOf: URL(fileURLWithPath: counts))))
    }

    /// The run ended well, or as a training whose logits nothing has computed must: all are equal.
    static func expectEnd(of run: Run) throws {
        let isCollapsed = run.ending.errors.contains("the logits of all tokens are equal")
        #expect(run.ending.status == (isCollapsed ? 1 : 0), "\(run.ending.errors)")
    }

    /// A line for the end of `scripts/test --cuda-stand-in`.
    static func report(_ line: String) {
        guard let path = variables["FT_MMLU_CUDA_REPORT"],
            let file = FileHandle(forWritingAtPath: path)
        else { return }
        _ = try? file.seekToEnd()
        try? file.write(contentsOf: Data((line + "\n").utf8))
        try? file.close()
    }

    /// The built-in model with another number of layers, each a copy of one of its own; it never
    /// ends a text, since the token that the stand-in draws is no end token.
    static func model(layers: Int) throws -> String {
        _ = try environment.get()
        return try models.withLock { made in
            if let path = made[layers] { return path }
            let path = folder + "/model-\(layers)"
            try copyModel(to: path, layers: layers)
            made[layers] = path
            return path
        }
    }

    private static let models = Mutex<[Int: String]>([:])

    private static func copyModel(to path: String, layers: Int) throws {
        let manager = FileManager.default
        let source = URL(fileURLWithPath: Fixture.pocket)
        let target = URL(fileURLWithPath: path)
        try manager.createDirectory(at: target, withIntermediateDirectories: true)
        for name in ["tokenizer.model", "tokenizer_config.json", "generation_config.json"] {
            try manager.copyItem(
                at: source.appendingPathComponent(name), to: target.appendingPathComponent(name))
        }
        var config = try #require(
            try JSONSerialization.jsonObject(
                with: Data(contentsOf: source.appendingPathComponent("config.json")))
                as? [String: Any])
        let ownCount = try #require(config["num_hidden_layers"] as? Int)
        config["num_hidden_layers"] = layers
        try JSONSerialization.data(withJSONObject: config, options: .sortedKeys)
            .write(to: target.appendingPathComponent("config.json"), options: .atomic)
        let file = try SafetensorsFile(
            path: source.appendingPathComponent("model.safetensors").path)
        var tensors: [String: Tensor] = [:]
        for name in file.entries.keys {
            guard name.contains(".layers.") else {
                tensors[name] = try file.tensor(name)
                continue
            }
            for layer in 0..<layers where name.contains(".layers.\(layer % ownCount).") {
                let new = name.replacing(
                    ".layers.\(layer % ownCount).", with: ".layers.\(layer).")
                tensors[new] = try file.tensor(name)
            }
        }
        try SafetensorsFile.write(tensors, to: path + "/model.safetensors")
    }
}
