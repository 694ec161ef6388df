import Foundation
import TestSupport
import Testing

/// Calls of the driver that one decode pass or training step makes, counted on the stand-in: those
/// for each layer and those beside. A number below is a ceiling: lower it with the code.
@Suite(.enabled(if: CUDAStandIn.absence == nil, "the CUDA stand-in cannot be built here"))
struct CUDABudgetTests {
    struct Budget: Sendable, CustomTestStringConvertible {
        let name: String
        let arguments: [String]
        /// Two lengths of the work, and how many passes the longer one has more.
        let lengths: (String, String)
        let passes: Int
        let launchesPerLayer: Int
        let fixedLaunches: Int
        let uploads: Int
        let waits: Int

        var testDescription: String { name }
    }

    private static let data = Fixture.pocket + "/mmlu"

    private static func training(_ more: [String]) -> [String] {
        [
            "train", "--data", data, "--rationales", Fixture.pocket + "/rationales.jsonl",
            "--category", "humanities", "--holdout", "200", "--no-eval", "--warmup-steps", "0",
            "--batch-size", "8", "--max-steps",
        ] + more
    }

    private static let decoding = [
        "eval", "--data", data, "--limit", "4", "--categories", "humanities", "--repeats", "1",
        "--samples", "1", "--temperature", "0", "--scoring", "generate", "--prompt", "plain-cot",
        "--shots", "0", "--max-new-tokens",
    ]

    static let budgets = [
        Budget(
            name: "training step, V", arguments: training(["N", "--target", "V"]),
            lengths: ("2", "4"), passes: 2, launchesPerLayer: 49, fixedLaunches: 48, uploads: 8,
            waits: 2),
        Budget(
            name: "training step, QKV", arguments: training(["N", "--target", "QKV"]),
            lengths: ("2", "4"), passes: 2, launchesPerLayer: 75, fixedLaunches: 48, uploads: 8,
            waits: 2),
        Budget(
            name: "training step, V, zs+fs",
            arguments: training([
                "N", "--target", "V", "--objective", "zs+fs", "--few-shot-weight", "0.5",
                "--few-shot-anneal", "constant",
            ]), lengths: ("2", "4"), passes: 2, launchesPerLayer: 119, fixedLaunches: 84,
            uploads: 16, waits: 3),
        Budget(
            name: "decode pass", arguments: decoding + ["N"], lengths: ("4", "8"), passes: 4,
            launchesPerLayer: 19, fixedLaunches: 12, uploads: 3, waits: 2),
    ]

    @Test(arguments: budgets)
    func `no more calls than the budget`(budget: Budget) throws {
        let few = try Self.perPass(budget, layers: 2)
        let many = try Self.perPass(budget, layers: 6)
        func layer(_ calls: KeyPath<Calls, Double>) -> Double {
            (many[keyPath: calls] - few[keyPath: calls]) / 4
        }
        func fixed(_ calls: KeyPath<Calls, Double>) -> Double {
            few[keyPath: calls] - 2 * layer(calls)
        }
        CUDAStandIn.report(
            "\(budget.name): \(layer(\.launches)) L + \(fixed(\.launches)) launches "
                + "(at most \(budget.launchesPerLayer) L + \(budget.fixedLaunches)), "
                + "\(fixed(\.uploads)) uploads (\(budget.uploads)), "
                + "\(fixed(\.waits)) waits (\(budget.waits))")
        #expect(layer(\.launches) <= Double(budget.launchesPerLayer))
        #expect(fixed(\.launches) <= Double(budget.fixedLaunches))
        #expect(layer(\.uploads) == 0, "an upload in every layer")
        #expect(fixed(\.uploads) <= Double(budget.uploads))
        #expect(layer(\.waits) == 0, "a wait in every layer")
        #expect(fixed(\.waits) <= Double(budget.waits))
        #expect(few.allocations == 0 && many.allocations == 0, "the allocator's memory is reused")
        #expect(few.launches > 0)
    }

    private struct Calls {
        let launches: Double
        let uploads: Double
        let waits: Double
        let allocations: Double
    }

    private static func perPass(_ budget: Budget, layers: Int) throws -> Calls {
        func counts(_ length: String) throws -> CUDAStandIn.Counts {
            let arguments = budget.arguments.map { $0 == "N" ? length : $0 }
            let run = try CUDAStandIn.run(
                arguments + [
                    "--model", CUDAStandIn.model(layers: layers), "--device", "cuda", "--dtype",
                    "bf16", "--store", "none", "--quiet", "--output",
                    "run-" + UUID().uuidString,
                ])
            try CUDAStandIn.expectEnd(of: run)
            return run.counts
        }
        let short = try counts(budget.lengths.0)
        let long = try counts(budget.lengths.1)
        func each(_ calls: KeyPath<CUDAStandIn.Counts, Int>) -> Double {
            Double(long[keyPath: calls] - short[keyPath: calls]) / Double(budget.passes)
        }
        return Calls(
            launches: each(\.launches), uploads: each(\.uploads), waits: each(\.waits),
            allocations: each(\.allocations))
    }
}
