import ArgumentParser
import Foundation
import Studies

/// The program: one file in `Commands/` for each command.
@main
struct FTMMLU: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ft-mmlu",
        abstract:
            "Fine-tunes language models and measures whether they forget to learn in context.",
        discussion: """
            Trains low-rank adapters on chosen projections of a Qwen-style model and asks it MMLU \
            questions, zero-shot and few-shot, before and after. Without --model it works on the \
            built-in small world.

            The study is that of "Fine-Tuning Without Forgetting In-Context Learning" \
            (arXiv 2602.23197).
            """,
        version: ProgramVersion.text,
        subcommands: [
            TrainCommand.self, EvalCommand.self, SweepCommand.self, PlanCommand.self,
            TokenizeCommand.self,
            LogitsCommand.self,
            MergeCommand.self, InspectCommand.self, VerifyAdapterCommand.self, PocketCommand.self,
            ExplainCommand.self, ResultsCommand.self, BenchCommand.self, TheoryCommand.self,
            RegressionCommand.self, ReproduceCommand.self, RationalesCommand.self,
            DoctorCommand.self,
        ])

    /// Parses, runs, and ends with a status: 0 done, 64 wrong usage, 130 or 143 stopped by a signal,
    /// 1 everything else.
    static func main() async {
        do {
            if let error = unknownCommand(in: CommandLine.arguments.dropFirst()) { throw error }
            let arguments = try FileSettings.expanded(
                Array(CommandLine.arguments.dropFirst()), of: Self.self)
            var command = try parseAsRoot(arguments)
            if var waiting = command as? any AsyncParsableCommand {
                try await waiting.run()
            } else {
                try command.run()
            }
        } catch let stop as StoppedBySignal {
            Terminal.note(stop.description)
            Foundation.exit(stop.status)
        } catch let error as UsageError {
            Terminal.note("Error: \(error)")
            Foundation.exit(64)
        } catch {
            exit(withError: error)
        }
    }
}
