import Evaluation
import Training
import Basics
import ArgumentParser
import Benchmarks
import Foundation
import Rationales
import Experiments
import Tokenization

/// The teacher's server, the number of requests, and the limit on their cost.
struct EndpointOptions: ParsableArguments {
    @OptionGroup var address: EndpointAddress

    @Option(help: ArgumentHelp("Requests under way at one time.", valueName: "n"))
    var concurrency = 8

    @Option(help: ArgumentHelp("For a whole reply.", valueName: "seconds"))
    var timeout = 120.0

    @Option(
        help: ArgumentHelp(
            "Attempts more at a question after 429, 500, lost connections and the like.",
            valueName: "n"))
    var retries = RetryPolicy().count

    @Option(
        help: ArgumentHelp(
            """
            Waited before the second attempt, at most; twice that before each further one. A server \
            that says how long is obeyed.
            """, valueName: "seconds"))
    var retryWait = RetryPolicy().firstSeconds

    @Option(
        help: ArgumentHelp(
            "Requests a minute at most, evenly spaced. (default: any number)", valueName: "n"))
    var requestsPerMinute: Double?

    @Option(
        help: ArgumentHelp(
            """
            Tokens read and written in all, those of lines that earlier runs wrote into the same \
            files included; a request that might exceed it is not sent. (default: any number)
            """, valueName: "n"))
    var maxTokens: Int?

    @Option(help: ArgumentHelp("What a million tokens read cost.", valueName: "price"))
    var priceInput: Double?

    @Option(help: ArgumentHelp("What a million tokens written cost.", valueName: "price"))
    var priceOutput: Double?

    @Option(
        help: ArgumentHelp(
            "The same as --max-tokens, of what the tokens cost. (default: any cost)",
            valueName: "cost"))
    var maxCost: Double?

    /// The server, with a key where one is given.
    func teacher(model: String?) throws -> OpenAITeacher {
        let endpoint = try address.endpoint()
        guard let model else {
            throw UsageError("--model: not given; the name of a model at \(endpoint) is needed")
        }
        let key = try address.key(for: endpoint)
        var teacher = try refusing("--base-url \(address.url)") {
            try OpenAITeacher(endpoint: endpoint, key: key, model: model)
        }
        teacher.concurrency = try atLeast(1, concurrency, "concurrency", atMost: 256)
        teacher.timeoutSeconds = try positive(timeout, "timeout")
        teacher.requestsPerMinute = try requestsPerMinute.map {
            try positive($0, "requests-per-minute")
        }
        teacher.retries.count = try atLeast(0, retries, "retries", atMost: 100)
        teacher.retries.firstSeconds = try positive(retryWait, "retry-wait")
        teacher.budget = BudgetLimits(
            tokenCount: try maxTokens.map { try atLeast(1, $0, "max-tokens", atMost: Int(1e15)) },
            prices: try prices(), cost: try maxCost.map { try positive($0, "max-cost") })
        if maxCost != nil, teacher.budget.prices == nil {
            throw UsageError(
                "--max-cost \(maxCost ?? 0): needs --price-input and --price-output, of a million "
                    + "tokens each")
        }
        return teacher
    }

    func prices() throws -> TokenPrices? {
        switch (priceInput, priceOutput) {
        case (nil, nil): return nil
        case (let input?, let output?):
            for (price, name) in [(input, "price-input"), (output, "price-output")] {
                guard price.isFinite, price >= 0 else {
                    throw UsageError("--\(name) \(price): a number from 0 is needed")
                }
            }
            return TokenPrices(prompt: input, completion: output)
        default:
            let given = priceInput == nil ? "price-output" : "price-input"
            let other = priceInput == nil ? "price-input" : "price-output"
            throw UsageError("--\(given): --\(other) is needed too")
        }
    }

    private func positive(_ value: Double, _ name: String) throws -> Double {
        guard value.isFinite, value > 0, value <= 1e9 else {
            throw UsageError("--\(name) \(value): a number above 0 is needed")
        }
        return value
    }
}

/// The prompts of the local model, and the sampling of its generations. The defaults are in
/// `EvaluationSettings`.
struct SelfTeacherOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("An adapter in PEFT's format, for self.", valueName: "folder"),
        completion: .directory)
    var adapter: String?

    @OptionGroup var strict: StrictOption

    @Option(
        help: ArgumentHelp(
            """
            Solved questions before each that is asked. (default: 7 where there are rationales to \
            show, else 0)
            """, valueName: "n"))
    var shots: CommaList<Int>?

    @Option(
        help: ArgumentHelp(
            "Where shots come from: dev+val, dev, val. (default: dev+val)", valueName: "source"),
        completion: .cases(of: ShotSource.self))
    var shotSource: ShotSource?

    @Option(
        help: ArgumentHelp(
            "Rationales that shots show. (default: the built-in world's)", valueName: "file"),
        completion: .file())
    var shotRationales: String?

    @Option(
        help: ArgumentHelp(
            "The wording: cot or plain-cot. (default: as in eval)", valueName: "preset"),
        completion: .list(["cot", "plain-cot"]))
    var prompt: String?

    @Option(
        help: ArgumentHelp(
            """
            The chat template of cot: a file in Jinja, chatml or none. (default: the model's own)
            """, valueName: "file|name"),
        completion: .list(ChatFormat.names))
    var chatTemplate: String?

    @OptionGroup var tokens: TokenOptions

    @Option(
        help: .setting(
            \EvaluationConfig.generation.sampler.topP,
            "Draw from the likeliest tokens that reach this probability.",
            valueName: "p"))
    var topP: Double?

    @Option(
        help: .setting(
            \EvaluationConfig.generation.sampler.topK,
            "Draw from that many likeliest tokens; 0 is all.", valueName: "n"))
    var topK: Int?

    @Option(help: .setting(\EvaluationConfig.seed, "Draws the texts.", valueName: "n"))
    var seed: Int?

    @Option(
        help: .setting(
            \EvaluationConfig.batchTokens, "Tokens of one forward pass at most.", valueName: "n"),
        completion: .list(["auto"]))
    var batchTokens: TokenLimit?
}

/// Which questions a teacher gets.
struct TaughtQuestionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A folder with MMLU's dev, val and test. (default: the built-in world's)",
            valueName: "folder"), completion: .directory)
    var data: String?

    @Option(
        help: ArgumentHelp(
            "humanities, social_sciences, stem or other.", valueName: "category"),
        completion: .categories)
    var category: String

    @Option(
        help: .setting(
            \EvaluationConfig.categoryMap,
            "Who sorts subjects into categories: hendrycks or lm-eval.",
            valueName: "name"))
    var categoryMap: CategoryMap?

    @Option(
        help: .setting(
            \TrainConfig.trainRows,
            """
            The training questions, as train has them: holdout, val, dev+val, or a file of JSON \
            lines.
            """, valueName: "rows"), completion: .list(["holdout", "val", "dev+val"]))
    var trainRows: String?

    @Option(help: .setting(\EvaluationConfig.sampleSeed, "Draws the holdout.", valueName: "n"))
    var sampleSeed: Int?

    @Option(
        help: ArgumentHelp(
            """
            Test questions a category kept for training; only those are ever sent. (default: 1000; \
            256 with the built-in questions)
            """, valueName: "n"))
    var holdout: Int?

    @Option(
        help: ArgumentHelp("Only the first of them. (default: all)", valueName: "n"))
    var limit: Int?
}
