import ArgumentParser
import Basics
import Benchmarks
import Evaluation
import Rationales
import Training

/// The teacher's server, the number of requests, and the limit on their cost.
struct EndpointOptions: ParsableArguments {
    @OptionGroup var address: EndpointAddress
    @Option("n", "Concurrent requests.") var concurrency = 8
    @Option("seconds", "Timeout of a request.") var timeout = 120.0

    @Option("n", "Retries of a request after status 429 or 5xx, a lost connection and the like.")
    var retries = RetryPolicy().count

    @Option(
        "seconds",
        """
        Longest wait before the first retry; it doubles with each further one. A server's \
        Retry-After takes precedence.
        """)
    var retryWait = RetryPolicy().firstSeconds

    @Option("n", "Requests per minute at most, evenly spaced.", default: "no limit")
    var requestsPerMinute: Double?

    @Option(
        "n",
        """
        Prompt and completion tokens in all, including those that earlier runs recorded in the \
        same files; a request that might exceed it is not sent.
        """, default: "no limit")
    var maxTokens: Int?

    @Option("price", "Price of a million prompt tokens.") var priceInput: Double?
    @Option("price", "Price of a million completion tokens.") var priceOutput: Double?

    @Option("cost", "Like --max-tokens, for the cost of the tokens.", default: "no limit")
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
/// `EvaluationConfig`.
struct SelfTeacherOptions: ParsableArguments {
    @OptionGroup var adapter: AdapterOption

    @Option(
        "n", "Solved questions shown before each question.",
        default: "7 where there are rationales to show, else 0")
    var shots: CommaList<Int>?

    @OptionGroup var prompt: PromptOptions
    @OptionGroup var sampler: SamplerOptions
    @OptionGroup var seed: SeedOption
}

/// Which questions a teacher gets.
struct TaughtQuestionOptions: ParsableArguments {
    @OptionGroup var data: DataOptions

    @Option(
        "category", "Category of the questions: humanities, social_sciences, stem or other.")
    var category: Benchmarks.Category

    @Option(
        \TrainConfig.trainRows, "rows",
        "Training questions, as for train: holdout, val, dev+val, or a file of JSON lines.",
        completion: .list(["holdout", "val", "dev+val"]))
    var trainRows: String?

    @Option("n", "Only the first of them.", default: "all") var limit: Int?
}
