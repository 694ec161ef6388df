import Basics
import ArgumentParser
import Benchmarks
import Foundation
import Rationales
import Experiments

/// Lets a teacher write rationales for training questions.
struct RationalesCommand: AsyncParsableCommand, FileConfigured {
    static let configuration = CommandConfiguration(
        commandName: "rationales",
        abstract: "Has a teacher write the rationales of training questions.",
        discussion: """
            Examples:
              ft-mmlu rationales --teacher openai --model gpt-4.1-mini --data MMLU --category humanities
              ft-mmlu rationales --teacher self --category humanities --samples 4
              ft-mmlu rationales --teacher file --from mmlu-cot.json --data MMLU --category stem \
            --train-rows dev+val

            openai is any server with OpenAI's chat completions; --model is the model's name there. \
            self is a local model (--model is its folder), whose right answers are kept; file finds \
            rationales that are there already by the questions' text.

            A rationale is kept when it ends in the right letter. Everything else stands, with the \
            reason, in a file of its own. Each answer is written when it comes: after an \
            interruption the same command goes on, and asks nothing twice. No question that an \
            evaluation may ask is sent. train reads the file by --rationales.
            """)

    @Option(
        help: ArgumentHelp("openai, self or file.", valueName: "teacher"),
        completion: .list(RationalesStart.teachers))
    var teacher: String

    @OptionGroup var settings: SettingsFileOption

    @OptionGroup(title: "Questions") var questions: TaughtQuestionOptions

    @Option(
        help: ArgumentHelp(
            """
            The file of accepted rationales; x.jsonl has the others in x.rejected.jsonl. (default: \
            runs/rationales-<teacher>-<category>.jsonl)
            """, valueName: "file"), completion: .file())
    var output: String?

    @Option(
        help: ArgumentHelp("Answers to a question at most, until one is right.", valueName: "n"))
    var samples = 1

    @Flag(
        help: """
            Ask once more with the right answer given where all answers were rejected; such \
            rationales are marked.
            """)
    var hint = false

    @Flag(
        help: """
            Ask questions again whose answers were all rejected. After an interruption the same \
            command asks all that are rejected by then.
            """)
    var retryRejected = false

    @Option(
        help: ArgumentHelp(
            "0 takes the likeliest token. (default: 0.7 for self, else the server's)",
            valueName: "t"))
    var temperature: Double?

    @Option(
        help: ArgumentHelp(
            "Tokens of an answer at most. (default: 512; 16 for the built-in model)",
            valueName: "n"))
    var maxNewTokens: Int?

    @Option(
        help: ArgumentHelp(
            "A file for --teacher file; given again, later files go before earlier ones.",
            valueName: "file"), completion: .file())
    var from: [String] = []

    @OptionGroup(title: "Endpoint") var endpoint: EndpointOptions
    @OptionGroup(title: "Shots and sampling of self") var own: SelfTeacherOptions
    @OptionGroup(title: "Model") var model: ModelOptions

    @Flag(help: "Show no progress and no notices.")
    var quiet = false

    /// The sampling parameters of a teacher's generations.
    var sampling: [String: JSONValue] {
        [
            "temperature": temperature.setting, "max-new-tokens": maxNewTokens.setting,
        ].filter { if case .null = $0.value { false } else { true } }
    }

    func run() async throws {
        Signals.watch()
        let start = try RationalesStart(self)
        var asked = try start.teacher()
        let files = try RationaleFiles(
            path: output ?? "runs/rationales-\(teacher)-\(start.category.rawValue).jsonl")
        if var server = asked as? OpenAITeacher {
            server.spent = files.usage
            asked = server
        }
        var job = try RationaleJob(
            start.questions, teacher: asked, files: files, evaluated: start.evaluated)
        job.sampleCount = try atLeast(1, samples, "samples", atMost: 1000)
        job.usesHints = hint
        job.asksRejectedAgain = retryRejected
        if job.withheldCount > 0, !quiet {
            Terminal.note(
                "\(job.withheldCount) of the questions are not sent: they are equal to test "
                    + "questions that may be evaluated")
        }
        let prices = try endpoint.prices()
        var progress = TeachingProgress(teacher: teacher, prices: prices, isQuiet: quiet)
        let ending: JobEnding
        do {
            ending = try await job.run(interruption: Signals.check) { progress.show($0) }
        } catch var stop as StoppedBySignal {
            stop.continuation =
                "ft-mmlu "
                + CommandLine.arguments.dropFirst().map(Shell.quoted).joined(separator: " ")
                // Which questions were sent again is not recorded anywhere.
                + (retryRejected ? "  # asks all that are rejected by now" : "")
            throw stop
        }
        for line in RationalesText(ending, files: files, prices: prices).lines { print(line) }
        if let first = ending.lost.first {
            let id = first.question.id
            throw RationaleError(
                "\(ending.lost.count) of \(job.questions.count) questions got no answer, the first"
                    + " of them \(id.subject) \(id.split.rawValue) row \(id.row): \(first.problem);"
                    + " the same command asks them again")
        }
    }
}
