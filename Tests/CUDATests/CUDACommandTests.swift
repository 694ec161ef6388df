import Foundation
import TestSupport
import Testing

/// The program on the stand-in: every command passes the checks of the real libtorch_cuda, and every
/// launch has a grid that the device takes.
@Suite(.enabled(if: CUDAStandIn.absence == nil, "the CUDA stand-in cannot be built here"))
struct CUDACommandTests {
    private static let data = Fixture.pocket + "/mmlu"

    private static let training = [
        "train", "--category", "humanities", "--max-steps", "2", "--warmup-steps", "0", "--limit",
        "2", "--device", "cuda", "--store", "none", "--quiet", "--output", "run",
    ]

    private static let evaluating = [
        "eval", "--limit", "2", "--repeats", "1", "--max-new-tokens", "4", "--device", "cuda",
        "--store", "none", "--quiet", "--output", "run",
    ]

    static let commands: [[String]] = [
        training + ["--target", "V"],
        training + ["--target", "QKV", "--lora-dropout", "0.1"],
        training + ["--target", "V", "--objective", "zs+fs"],
        training + ["--target", "V", "--activation-checkpointing", "on"],
        training + ["--target", "V", "--dtype", "fp32"],
        evaluating, evaluating + ["--scoring", "letter"], evaluating + ["--scoring", "choice"],
        evaluating + ["--top-k", "0", "--repetition-penalty", "1.05"],
        evaluating + ["--temperature", "0", "--dtype", "fp32"],
        [
            "sweep", "--targets", "V", "--category", "humanities", "--learning-rates", "1e-3",
            "--max-steps", "2", "--warmup-steps", "0", "--limit", "2", "--eval-limit", "2",
            "--repeats", "1", "--max-new-tokens", "4", "--device", "cuda", "--store", "none",
            "--quiet", "--output", "sweep",
        ],
        [
            "rationales", "--teacher", "self", "--category", "humanities", "--limit", "2",
            "--device", "cuda", "--quiet", "--output", "rationales.jsonl",
        ],
        ["bench", "train", "--shape", Fixture.pocket, "--rounds", "1", "--device", "cuda"],
        ["bench", "eval", "--shape", Fixture.pocket, "--rounds", "1", "--device", "cuda"],
        ["doctor", "--device", "cuda"],
    ]

    @Test(arguments: commands)
    func `a command runs to its end`(arguments: [String]) throws {
        try Fixture.withTemporaryFolder { folder in
            let run = try CUDAStandIn.run(arguments, in: folder)
            try CUDAStandIn.expectEnd(of: run)
            #expect(run.counts.badGrids == 0)
            if arguments[0] != "doctor" {
                #expect(run.counts.launches > 0 && run.counts.ownLaunches > 0)
            }
        }
    }

    @Test func `the built-in world computes in bfloat16 by itself`() throws {
        try Fixture.withTemporaryFolder { folder in
            let run = try CUDAStandIn.run(Self.evaluating, in: folder)
            let wide = try CUDAStandIn.run(
                Self.evaluating.dropLast() + ["wide", "--dtype", "fp32"], in: folder)
            // float32 has no flash attention: each block is a composition of library operations.
            #expect(run.counts.launches * 3 < wide.counts.launches)
        }
    }

    @Test func `doctor names the driver that it finds without the kernel's files`() throws {
        let run = try CUDAStandIn.run(["doctor", "--device", "cuda"])
        #expect(run.ending.output.contains("CUDA 13.0"), "\(run.ending.output)")
        #expect(!run.ending.output.contains("no NVIDIA driver"))
        #expect(run.ending.output.contains("compiled and used"))
    }

    @Test func `every device is found, and a missing one is refused`() throws {
        let run = try CUDAStandIn.run(["doctor", "--device", "cuda:2"], devices: 2)
        #expect(run.ending.output.contains("cuda:1: stand-in"), "\(run.ending.output)")
        #expect(run.ending.output.contains("there are 2 CUDA devices, numbered from 0"))
    }

    @Test func `a driver for an older CUDA is named`() throws {
        let run = try CUDAStandIn.run(
            ["doctor"], devices: 0, variables: ["CUDA_STAND_IN_DRIVER": "12040"])
        let words = "the driver is one for CUDA 12.4, this libtorch needs one for CUDA 13.0"
        #expect(run.ending.output.contains(words), "\(run.ending.output)")
    }

    /// A step of 128 questions takes 0.19 GB for the activations of 24 layers, if they are one pass.
    @Test func `micro-batches are cut before layers are recomputed`() throws {
        let model = try CUDAStandIn.model(layers: 24)
        try Fixture.withTemporaryFolder { folder in
            let run = try CUDAStandIn.run(
                Self.training.filter { $0 != "--quiet" } + [
                    "--model", model, "--data", Fixture.pocket + "/mmlu", "--rationales",
                    Fixture.pocket + "/rationales.jsonl", "--holdout", "200", "--target", "V",
                    "--no-eval", "--batch-size", "128",
                ], in: folder, variables: ["CUDA_STAND_IN_BYTES": "180000000"])
            try CUDAStandIn.expectEnd(of: run)
            let words = run.ending.errors
            #expect(words.contains("layers keep what they computed"), "\(words)")
            #expect(run.counts.mostBytes < 180_000_000)
        }
    }
}
