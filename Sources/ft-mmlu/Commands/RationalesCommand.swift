import ArgumentParser
import Basics
import Benchmarks
import Evaluation
import Experiments
import Foundation
import Rationales

/// Lets a teacher write rationales for training questions.
struct RationalesCommand: AsyncParsableCommand, FileConfigured {
    static let configuration = CommandConfiguration(
        commandName: "rationales",
        abstract: "Generates rationales for training questions with a teacher.",
        discussion: """
            Examples:
              ft-mmlu rationales --teacher openai --model gpt-4.1-mini --data MMLU --category humanities
              ft-mmlu rationales --teacher self --category humanities --samples 4
              ft-mmlu rationales --teacher file --from mmlu-cot.json --data MMLU --category stem \
            --train-rows dev+val

            The teacher openai is any server with OpenAI's chat completions API; --model is the \
            model's name there. self is a local model (--model is its folder) with --prompt cot or \
            plain-cot and shots from dev or val. file takes existing rationales from --from, matched \
            by the questions' text.

            A rationale is accepted if it ends in the correct letter. The others are written, with \
            the reason, to a second file. Each answer is written as it arrives: after an \
            interruption the same command continues and sends no question twice. Questions that an \
            evaluation may use are never sent. train reads the file with --rationales.
            """)

    enum TeacherKind: String, SettingChoice, ExpressibleByArgument {
        case openai
        case local = "self"
        case file
    }

    @Option("teacher", "openai, self or file.") var teacher: TeacherKind
    @OptionGroup var settings: SettingsFileOption
    @OptionGroup(title: "Questions") var questions: TaughtQuestionOptions

    @Option(
        "file", "The file of accepted rationales; x.jsonl puts the others in x.rejected.jsonl.",
        default: "runs/rationales-<teacher>-<category>.jsonl")
    var output: File?

    @Option("n", "Generations per question at most, until one is accepted.") var samples = 1

    @Flag(
        help: """
            If all generations are rejected, generate once more with the correct answer in the \
            prompt; such rationales are marked.
            """)
    var hint = false

    @Flag(
        help: """
            Also send questions whose answers were all rejected before. After an interruption the \
            same command sends all that are rejected by then.
            """)
    var retryRejected = false

    @Option(
        "t", "Sampling temperature; 0 decodes greedily.",
        default: """
            \(EvaluationConfig().generation.sampler.temperature.helpText) for self, else the server's
            """)
    var temperature: Double?

    @Option(
        \EvaluationConfig.generation.maxNewTokens, "n", "Tokens of a generation at most.",
        default: "16 for the built-in model")
    var maxNewTokens: Int?

    @Option(
        help: .value(
            "file",
            "A file for --teacher file; may be given several times, later files take precedence."))
    var from: [File] = []

    @OptionGroup(title: "Endpoint") var endpoint: EndpointOptions
    @OptionGroup(title: "Shots and sampling of self") var own: SelfTeacherOptions
    @OptionGroup(title: "Model") var model: ModelOptions
    @Flag(help: "Show no progress and no notices.") var quiet = false

    /// The sampling parameters of a teacher's generations.
    var sampling: [String: JSONValue] {
        [
            "temperature": temperature.setting, "max-new-tokens": maxNewTokens.setting,
        ].filter { if case .null = $0.value { false } else { true } }
    }

    func run() async throws {
        Signals.watch()
        let start = try RationalesStart(self)
        var source = try start.teacher()
        let files = try RationaleFiles(
            path: output?.path
                ?? "runs/rationales-\(teacher.rawValue)-\(start.category.rawValue).jsonl")
        if var server = source as? OpenAITeacher {
            server.spent = files.usage
            source = server
        }
        var job = try RationaleJob(
            start.questions, teacher: source, files: files, evaluated: start.evaluated)
        job.sampleCount = try atLeast(1, samples, "samples", atMost: 1000)
        job.usesHints = hint
        job.asksRejectedAgain = retryRejected
        if job.withheldCount > 0, !quiet {
            Terminal.note(
                "\(job.withheldCount) of the questions are not sent: they are equal to test "
                    + "questions that may be evaluated")
        }
        let prices = try endpoint.prices()
        var progress = TeachingProgress(teacher: teacher.rawValue, prices: prices, isQuiet: quiet)
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
