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
            name: "CTorch", path: "CShim/CTorch", exclude: ["kernels"],
            cxxSettings: libtorchHeaders, linkerSettings: libtorchLibraries),
        // Offers SentencePiece's encoder, decoder and trainer as C functions.
        .target(
            name: "CSentencePiece", path: "CShim/CSentencePiece",
            linkerSettings: [
                .linkedLibrary("sentencepiece"), .linkedLibrary("sentencepiece_train"),
            ]),
        // Draws prompts of linear regression, and the gradient of linear attention on them.
        .target(name: "CPrompts", path: "CShim/CPrompts"),
        // Offers PCRE2's 8-bit functions: regular expressions over UTF-8.
        .systemLibrary(name: "CPCRE2", path: "CShim/CPCRE2"),

        // Calls files from outside what they are; text that harms no reader; numbers without traps.
        module("Basics", []),
        // Chat templates to text, by a small sandboxed Jinja.
        module("ChatTemplates", []),

        // 1 ------------------------------------------------------------------------------------

        // Makes libtorch a Swift `Tensor`, with gradients, randomness, devices and safetensors files.
        module("Torch", ["Basics", "CTorch"]),
        // Text to ids and back exactly as the checkpoint's tokenizer file says.
        module("Tokenization", ["Basics", "ChatTemplates", "CSentencePiece", "CPCRE2"]),
        // Knows MMLU: questions, subjects, categories, splits, shots, prompts, scoring rules.
        module("Benchmarks", ["Basics"]),
        // Samples to estimates with errors.
        module("Statistics", []),
        // Data series to a gnuplot script, and the script to pictures.
        module("Plots", ["Basics"]),
        // Event files that TensorBoard shows while they grow.
        .target(
            name: "TensorBoard",
            dependencies: [.product(name: "SwiftProtobuf", package: "swift-protobuf")],
            exclude: ["Generated/event.proto"]),

        // 2 ------------------------------------------------------------------------------------

        // Remembers every run, answer and measurement in SQLite.
        module("Results", ["Basics", .product(name: "GRDB", package: "GRDB.swift")]),
        // Logits of a Qwen-style decoder over a token forest, with or without adapters.
        module("Transformer", ["Basics", "Torch"]),

        // 3 ------------------------------------------------------------------------------------

        // Changes trainable weights by reading forests; reports each step.
        module("Training", ["Transformer", "Torch", "Tokenization", "Benchmarks", "Statistics"]),
        // Asks a model the questions; returns one answer per question.
        module("Evaluation", ["Transformer", "Torch", "Tokenization", "Benchmarks", "Statistics"]),
        // The paper's closed forms, and the linear-attention models trained to meet them.
        .target(
            name: "LinearAttention",
            dependencies: [
                "Basics", "CPrompts", "Plots", "Statistics",
                .product(name: "Mustache", package: "swift-mustache"),
            ],
            resources: [.embedInCode("Figures/Texts")]),
        // Rationales from a teacher: asked over HTTP, drawn from a model, or found in files.
        module("Rationales", ["Basics", "Benchmarks"]),
        // The built-in small world: its facts, its files, its tokenizer.
        module("Pocket", ["Basics", "Benchmarks", "Tokenization"]),

        // Stored results to tables, figures and one HTML page.
        module(
            "Reports",
            [
                "Basics", "Results", "Statistics", "Plots",
                .product(name: "Mustache", package: "swift-mustache"),
            ]),

        // 4 ------------------------------------------------------------------------------------

        // Runs of training and evaluation: settings, what is asked, run folders.
        module(
            "Studies",
            [
                "Basics", "Training", "Evaluation", "Rationales", "Transformer", "Torch",
                "Tokenization", "Benchmarks", "Statistics", "TensorBoard", "Results",
                .product(name: "Yams", package: "Yams"),
            ]),

        // 5 ------------------------------------------------------------------------------------

        // Reads arguments, joins the modules, prints.
        .executableTarget(
            name: "ft-mmlu",
            dependencies: [
                "Basics", "Torch", "Tokenization", "Benchmarks", "Statistics", "Transformer",
                "Training", "Evaluation", "LinearAttention", "Plots", "Pocket", "Rationales",
                "Studies",
                "Results", "Reports",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // Tests --------------------------------------------------------------------------------

        // Tolerances with a name, places of fixtures, runs of the built program.
        .target(
            name: "TestSupport", dependencies: ["Benchmarks", "Torch"], path: "Tests/TestSupport"),
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
        tests("ChatTemplates", ["Benchmarks"]),
        tests("Torch", ["KernelEmulator"]),
        tests("Tokenization", ["Benchmarks", "ChatTemplates"]),
        tests("Statistics", ["Benchmarks"]),
        tests("Plots", ["Basics"]),
        tests("Benchmarks", []),
        tests("TensorBoard", []),
        tests("Transformer", ["Statistics", "Torch"]),
        tests("Training", ["Torch", "Transformer", "Tokenization", "Benchmarks"]),
        tests("Evaluation", ["Torch", "Transformer", "Tokenization", "Benchmarks", "Statistics"]),
        tests("LinearAttention", ["CPrompts", "Plots", "Statistics"]),
        tests("Rationales", ["Benchmarks"]),
        tests("Pocket", ["Benchmarks", "Tokenization"]),
        tests("Results", [.product(name: "GRDB", package: "GRDB.swift")]),
        tests("Reports", ["Results", "Statistics", "Plots"]),
        tests(
            "Studies",
            [
                "Benchmarks", "Evaluation", "Rationales", "Results", "Tokenization", "Training",
                "Transformer",
            ]),
        .testTarget(
            name: "FuzzTests",
            dependencies: [
                "Benchmarks", "Results", "Studies", "TestSupport", "Tokenization", "Torch",
                "Transformer",
            ]),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "Benchmarks", "Results", "TestSupport", "Torch", "Transformer", "ft-mmlu",
            ]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
