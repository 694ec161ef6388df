// swift-tools-version: 6.1
import Foundation
import PackageDescription

// libtorch 2.11.0: the copy that `scripts/setup` puts into .deps/, or the one LIBTORCH names.
let libtorch = Context.environment["LIBTORCH"] ?? Context.packageDirectory + "/.deps/torch"
// A relative path would be one of whatever folder the program is started in.
precondition(libtorch.hasPrefix("/"), "LIBTORCH is '\(libtorch)'; an absolute path is needed")

let libtorchHeaders: [CXXSetting] = [
    .unsafeFlags([
        "-isystem", libtorch + "/include",
        "-isystem", libtorch + "/include/torch/csrc/api/include",
    ])
]
let libtorchLibraries: [LinkerSetting] = [
    .unsafeFlags([
        "-L", libtorch + "/lib",
        "-Xlinker", "-rpath", "-Xlinker", "$ORIGIN/lib",
        "-Xlinker", "-rpath", "-Xlinker", libtorch + "/lib",
    ]),
    .linkedLibrary("torch_cpu"), .linkedLibrary("c10"), .linkedLibrary("dl"),
]

/// A target of `Sources/<name>`.
func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies)
}

/// The tests of one module, in `Tests/<name>Tests`.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies)
}

let package = Package(
    name: "ft-mmlu",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
        // The tests' server alone.
        .package(url: "https://github.com/swhitty/FlyingFox", exact: "0.27.1"),
    ],
    targets: [
        // 0 - C and C++ -------------------------------------------------------------------------

        // Offers the libtorch operations we use as C functions that never let an exception out.
        .target(
            name: "CTorch", path: "CShim/CTorch", exclude: ["cuda/kernels"],
            cxxSettings: [.headerSearchPath(".")] + libtorchHeaders,
            linkerSettings: libtorchLibraries),
        // Offers SentencePiece's encoder, decoder and trainer as C functions.
        .target(
            name: "CSentencePiece", path: "CShim/CSentencePiece",
            linkerSettings: [
                .linkedLibrary("sentencepiece"), .linkedLibrary("sentencepiece_train"),
            ]),
        // Draws prompts of linear regression, and the gradient of linear attention on them.
        .target(name: "CRegression", path: "CShim/CRegression"),
        // Offers PCRE2's 8-bit functions: regular expressions over UTF-8.
        .systemLibrary(name: "CPCRE2", path: "CShim/CPCRE2"),
        // Offers libcurl's functions; one of its own for each kind of argument that they take.
        .systemLibrary(name: "CCurl", path: "CShim/CCurl"),

        // Files, JSON, CSV, error messages, seeded random numbers: what every module needs.
        module("Basics", []),
        // Chat templates to text, by a small sandboxed Jinja.
        module("ChatTemplates", []),

        // 1 ------------------------------------------------------------------------------------

        // Tensors of libtorch with gradients, random numbers, devices and safetensors files.
        module("Torch", ["Basics", "CTorch"]),
        // Encodes text to token ids and decodes them, as the checkpoint's tokenizer file says.
        module("Tokenization", ["Basics", "ChatTemplates", "CSentencePiece", "CPCRE2"]),
        // MMLU: questions, subjects, categories, splits, prompts, and reading of answers in text.
        module("Benchmarks", ["Basics"]),
        // Estimates from samples, with standard errors, intervals and tests.
        module("Statistics", ["Basics"]),
        // Draws data series as SVG with gnuplot.
        module("Plots", ["Basics"]),
        // Writes event files that TensorBoard shows.
        .target(
            name: "TensorBoard",
            dependencies: ["Basics", .product(name: "SwiftProtobuf", package: "swift-protobuf")],
            exclude: ["Generated/event.proto"]),

        // 2 ------------------------------------------------------------------------------------

        // Answers, their accuracy by category, paired comparisons and the forgetting report.
        module("Scoring", ["Basics", "Benchmarks", "Statistics"]),
        // The folders and records of runs, and their store in SQLite.
        module(
            "Tracking",
            [
                "Basics", "Benchmarks", "Scoring", "Statistics",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        // Decoders of the Llama and Qwen families over a token forest, with LoRA adapters.
        module("Transformer", ["Basics", "Torch", "CPCRE2"]),

        // 3 ------------------------------------------------------------------------------------

        // Trains adapters: batches, losses, AdamW, learning-rate schedules, the training loop.
        module(
            "Training",
            ["Basics", "Transformer", "Torch", "Tokenization", "Benchmarks", "Statistics"]),
        // Evaluates a model by letter, by choice or by generation.
        module(
            "Evaluation",
            [
                "Basics", "Scoring", "Transformer", "Torch", "Tokenization", "Benchmarks",
                "Statistics",
            ]),
        // The paper's linear attention: closed forms, and regression experiments.
        module("LinearAttention", ["Basics", "CRegression", "Statistics"]),
        // Figures and tables of the paper's regression experiments.
        .target(
            name: "PaperFigures",
            dependencies: [
                "Basics", "LinearAttention", "Plots", "Statistics",
                .product(name: "Mustache", package: "swift-mustache"),
            ],
            resources: [.embedInCode("Texts")]),
        // Rationales from a teacher: over HTTP, from a model, or from files.
        module("Rationales", ["Basics", "Benchmarks", "CCurl"]),
        // The built-in world: its facts, its files, its tokenizer.
        module("Pocket", ["Basics", "Benchmarks", "Tokenization"]),
        // Tables, figures and one HTML page from stored results.
        module(
            "Reports",
            [
                "Basics", "Benchmarks", "Scoring", "Tracking", "Statistics", "Plots",
                .product(name: "Mustache", package: "swift-mustache"),
            ]),
        // Times training, evaluation and loading beside the matrix products alone.
        module(
            "SpeedBench",
            [
                "Basics", "Benchmarks", "Evaluation", "Statistics", "Tokenization", "Torch",
                "Training",
                "Transformer",
            ]),

        // 4 ------------------------------------------------------------------------------------

        // Runs of training and evaluation, sweeps over settings, and their folders.
        module(
            "Experiments",
            [
                "Basics", "ChatTemplates", "Scoring", "Training", "Evaluation", "Rationales",
                "Transformer", "Torch", "Tokenization", "Benchmarks", "Statistics", "TensorBoard",
                "Tracking",
                .product(name: "Yams", package: "Yams"),
            ]),

        // 5 ------------------------------------------------------------------------------------

        // Parses arguments, calls the modules, prints.
        .executableTarget(
            name: "ft-mmlu",
            dependencies: [
                "Basics", "Torch", "Tokenization", "Benchmarks", "Statistics", "Scoring",
                "Transformer", "Training", "Evaluation", "LinearAttention", "PaperFigures", "Plots",
                "Pocket", "Rationales", "Experiments", "Tracking", "Reports", "SpeedBench",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // Tests --------------------------------------------------------------------------------

        // Tolerances with a name, places of fixtures, runs of the built program.
        .target(
            name: "TestSupport",
            dependencies: ["Basics", "Benchmarks", "Tokenization", "Torch", "Transformer"],
            path: "Tests/TestSupport"),
        // A teacher's server that misbehaves on purpose.
        .executableTarget(
            name: "teacher-server",
            dependencies: [
                "Benchmarks", .product(name: "FlyingFox", package: "FlyingFox"),
                .product(name: "FlyingSocks", package: "FlyingFox"),
            ],
            path: "Tests/TeacherServer"),
        // Runs the sources of our CUDA kernels on the CPU.
        .target(name: "KernelEmulator", path: "Tests/KernelEmulator"),
        tests("Basics", []),
        tests("ChatTemplates", ["Basics"]),
        tests("Torch", ["Basics", "KernelEmulator"]),
        tests("Tokenization", ["Basics", "Benchmarks", "ChatTemplates", "SpeedBench"]),
        tests("Statistics", ["Basics", "Benchmarks"]),
        tests("Plots", ["Basics"]),
        tests("Benchmarks", ["Basics"]),
        tests("TensorBoard", []),
        tests("Transformer", ["Statistics", "Torch"]),
        tests("Training", ["Torch", "Transformer", "Tokenization", "Benchmarks"]),
        tests("Scoring", ["Benchmarks", "Statistics"]),
        tests(
            "Evaluation",
            [
                "Basics", "Scoring", "Torch", "Transformer", "Tokenization", "Benchmarks",
                "Statistics",
            ]),
        tests("LinearAttention", ["CRegression", "Statistics"]),
        tests("PaperFigures", ["LinearAttention", "Plots", "Statistics"]),
        tests("Rationales", ["Basics", "Benchmarks"]),
        tests("Pocket", ["Benchmarks", "Tokenization"]),
        tests(
            "Tracking",
            ["Basics", "Benchmarks", "Scoring", .product(name: "GRDB", package: "GRDB.swift")]),
        tests("Reports", ["Basics", "Scoring", "Tracking", "Statistics", "Plots"]),
        tests(
            "Experiments",
            [
                "Basics", "Benchmarks", "Evaluation", "Rationales", "Scoring", "Torch", "Tracking",
                "Tokenization", "Training",
                "Transformer",
            ]),
        .testTarget(
            name: "FuzzTests",
            dependencies: [
                "Basics", "Benchmarks", "Tracking", "Experiments", "TestSupport", "Tokenization",
                "Torch",
                "Transformer",
            ]),
        // The program on CUDA without a GPU, over the libraries of Tests/CUDAStandIn.
        .testTarget(
            name: "CUDATests", dependencies: ["TestSupport", "Torch", "ft-mmlu"]),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "Basics", "Benchmarks", "Experiments", "Scoring", "Tracking", "TestSupport",
                "Torch",
                "Transformer", "ft-mmlu",
            ]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
