import ArgumentParser
import Basics
import Foundation
import LinearAttention

/// The exact error of one model, by number of shots.
struct TheoryError: FileConfigured {
    static let configuration = CommandConfiguration(
        commandName: "error",
        abstract: "Prints the exact error of one model for numbers of shots.",
        discussion: """
            Example: ft-mmlu theory error --regime value --w best --shots 0,20 --task opposite

            The models are the pretraining optimum (Corollary 4.1), the optimum of zero-shot \
            fine-tuning of all weights (15), and that of the value matrix alone (21). The last two \
            leave w free: (15) is v21 = w theta0, v = 1, q = 1/w; (21) is v = w, Q11 = Sigma^-1.
            """)

    enum Regime: String, SettingChoice, ExpressibleByArgument { case pretrained, full, value }

    @Option("regime", "The model: pretrained, full or value.") var regime: Regime
    @OptionGroup(title: "Problem") var problem: TheoryOptions
    @Option("list", "Numbers of shots: a number, a list, or a range.") var shots = "0-40"

    @Option(
        "x",
        """
        w of full and value: a number; pretrained, (m+1)/(m+1+d+d sigma2/tr(Lambda Sigma)); paper, \
        m/(m+1+d); best, w*(m; theta0).
        """, parsing: .unconditional, completion: .list(["pretrained", "paper", "best"]))
    var w = "pretrained"

    @Option(
        "task",
        """
        Task of the evaluation: same (theta0), opposite (-theta0), cos:X (with theta0's norm, at \
        this cosine to it), or numbers joined by commas.
        """, parsing: .unconditional, completion: .list(["same", "opposite", "cos:"]))
    var task = "same"

    @Flag(help: "Print one JSON object.") var json = false
    @OptionGroup var settings: SettingsFileOption

    func run() throws {
        let counts = try TheoryOptions.shots(shots)
        let question = try problem.question()
        let task = try readTask(question)
        let weight = try regime == .pretrained ? nil : Self.weight(self.w, question)
        guard regime != .full || weight != 0 else {
            throw UsageError(
                "--w \(self.w): (15) has q = 1/w; a number other than 0 is needed")
        }
        let head = try head(question, weight)
        let errors = counts.map {
            question.problem.error(of: [head], context: $0, task: task)
        }
        guard errors.allSatisfy(\.isFinite) else {
            throw UsageError(
                "the error is too large a number at these settings; smaller ones are needed")
        }
        if json {
            show(question, weight, task, counts, errors)
            return
        }
        print("shots  error")
        for (count, error) in zip(counts, errors) {
            print("\("\(count)".padded(before: 5))  \(TheoryText.number(error))")
        }
    }

    private func show(
        _ question: TheoryOptions.Question, _ weight: Double?, _ task: Vector, _ counts: [Int],
        _ errors: [Double]
    ) {
        let rows = zip(counts, errors).map { count, error in
            JSONValue.object([("shots", .whole(count)), ("error", .number(error))])
        }
        let cosine =
            question.problem.inner(question.trained, task)
            / (question.problem.squaredNorm(question.trained)
            * question.problem.squaredNorm(task)).squareRoot()
        print(
            JSONValue.object([
                ("regime", regime.setting), ("dimension", .whole(question.problem.dimension)),
                ("context", .whole(question.context)), ("noise", .number(question.problem.noise)),
                ("w", weight.map { .number($0) } ?? .null),
                ("task", TheoryText.json(task)), ("cosine", .number(cosine)),
                ("errors", .array(rows)),
            ]).line)
    }

    private func head(
        _ question: TheoryOptions.Question, _ weight: Double?
    ) throws -> AttentionHead {
        guard let weight else {
            return try question.problem.pretrainedHead(
                context: question.context, prior: question.prior)
        }
        return regime == .full
            ? question.problem.fullFineTunedHead(trained: question.trained, weight: weight)
            : question.problem.valueFineTunedHead(trained: question.trained, weight: weight)
    }

    static func weight(_ text: String, _ question: TheoryOptions.Question) throws -> Double {
        let (problem, trained) = (question.problem, question.trained)
        switch text {
        case "pretrained":
            return try problem.meanBestValueWeight(
                context: question.context, prior: question.prior)
        case "paper": return problem.paperPretrainedWeight(context: question.context)
        case "best":
            return problem.bestValueWeight(
                trained: trained, context: question.context, task: trained)
        default:
            guard let number = Double(text), number.isFinite else {
                throw UsageError(
                    "--w \(text): a finite number, pretrained, paper or best is needed")
            }
            return number
        }
    }

    private func readTask(_ question: TheoryOptions.Question) throws -> Vector {
        switch task {
        case "same": return question.trained
        case "opposite": return -question.trained
        case let text where text.hasPrefix("cos:"):
            guard let cosine = Double(text.dropFirst(4)), (-1...1).contains(cosine) else {
                throw UsageError("--task \(text): a cosine from -1 to 1 is needed, as in cos:0.5")
            }
            do {
                return try question.problem.task(atCosine: cosine, to: question.trained)
            } catch let error as LinearAttentionError {
                throw UsageError("--task \(text): \(error)")
            }
        default:
            guard task.contains(where: \.isNumber) else {
                let near = nearestMatch(to: task, in: ["opposite", "cos:0.5"]) ?? "same"
                throw UsageError(
                    "--task \(task): did you mean \(near)? one of same, opposite, cos:0.5, 1,0,… is "
                        + "needed")
            }
            let numbers = Vector(
                try ConfigLayers([.init(["task": .string(task)])])
                    .value("task", default: NumberList(numbers: [])).numbers)
            guard numbers.count == question.problem.dimension else {
                throw UsageError(
                    "--task \(task): \(question.problem.dimension) numbers are needed")
            }
            return numbers
        }
    }
}
