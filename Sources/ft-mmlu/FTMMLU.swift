import ArgumentParser
import Basics
import Foundation
import Tracking

/// The program: one file in `Commands/` for each command.
@main
struct FTMMLU: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ft-mmlu",
        abstract:
            "Fine-tunes language models and measures whether they forget in-context learning.",
        discussion: """
            Trains LoRA adapters on chosen projections of a Llama or Qwen model and evaluates it on \
            MMLU, zero-shot and few-shot, before and after. Without --model it uses the small \
            built-in model and its questions.

            It reproduces "Fine-Tuning Without Forgetting In-Context Learning" (arXiv 2602.23197).
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
    /// 141 where the reader of the output left, 1 everything else.
    static func main() async {
        StandardStreams.prepare()
        Foundation.exit(StandardOutput.finish(await status()))
    }

    /// Runs the command that the arguments name.
    private static func status() async -> Int32 {
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
            return 0
        } catch let stop as StoppedBySignal {
            Terminal.note(stop.description)
            return stop.status
        } catch let error as UsageError {
            Terminal.note("Error: \(error)")
            return 64
        } catch {
            // ArgumentParser throws its help as an error, and would print it without checking for
            // failure.
            let (text, code) = (fullMessage(for: error), exitCode(for: error))
            if text.isEmpty { return code.rawValue }
            if code.isSuccess {
                print(document: text + "\n")
            } else if code == .validationFailure, let error = InvalidFlag.error(for: text) {
                Terminal.note("Error: \(error)")
            } else if code == .validationFailure || error is any ErrorOfLines {
                // The parser's message, and the usage of the command.
                Terminal.show(.lines(text))
            } else {
                Terminal.note(text)
            }
            return code.rawValue
        }
    }
}

/// An error with a message of several lines.
protocol ErrorOfLines: Error, CustomStringConvertible {
    var lines: [String] { get }
}

extension ErrorOfLines {
    var description: String { lines.map(\.visibleLine).joined(separator: "\n") }
}
