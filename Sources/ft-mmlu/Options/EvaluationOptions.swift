import ArgumentParser

/// What is asked and how answers are taken. The defaults live in `EvaluationSettings`.
struct EvaluationOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A folder with MMLU's dev, val and test. (default: the built-in world's)",
            valueName: "folder"))
    var data: String?

    @Option(
        help: ArgumentHelp(
            """
            What is asked: all, or a list of humanities, social_sciences, stem, other. \
            (default: all)
            """, valueName: "list"))
    var categories: String?

    @Option(
        help: ArgumentHelp(
            "Where questions come from: test, or val to choose settings by. (default: test)",
            valueName: "name"))
    var split: String?

    @Option(
        help: ArgumentHelp(
            "Questions a category, or none for all. (default: 250)", valueName: "n"))
    var limit: String?

    @Option(
        help: ArgumentHelp(
            "Draws holdout and evaluation sample, the same for every --seed. (default: 0)",
            valueName: "n"))
    var sampleSeed: String?

    @Option(
        help: ArgumentHelp(
            """
            Test questions a category kept for training and never asked. (default: 1000; none in a \
            category that has no more)
            """, valueName: "n"))
    var holdout: String?

    @Option(
        help: ArgumentHelp(
            "Where shots come from: dev+val, dev, val, train-pool. (default: dev+val)",
            valueName: "source"))
    var shotSource: String?

    @Option(
        help: ArgumentHelp(
            "JSON lines with rationales that shots show. (default: the built-in world's)",
            valueName: "file"))
    var shotRationales: String?

    @Option(
        help: ArgumentHelp(
            """
            The wording: hendrycks, cot, plain-cot. (default: cot for a model with a chat template, \
            plain-cot for the built-in one, else hendrycks)
            """, valueName: "preset"))
    var prompt: String?

    @Option(
        help: ArgumentHelp(
            "The template that cot is wrapped in: chatml or none. (default: the model's own)",
            valueName: "name"))
    var chatTemplate: String?

    @Option(
        help: ArgumentHelp(
            "How answers are taken: letter or generate. (default: the prompt's own)",
            valueName: "rule"))
    var scoring: String?

    @Option(help: ArgumentHelp("Texts generated for each question. (default: 3)", valueName: "n"))
    var repeats: String?

    @Option(help: ArgumentHelp("0 takes the likeliest token. (default: 0.7)", valueName: "t"))
    var temperature: String?

    @Option(
        help: ArgumentHelp(
            "Draw from the likeliest tokens that reach this probability. (default: 0.8)",
            valueName: "p"))
    var topP: String?

    @Option(
        help: ArgumentHelp(
            "Draw from that many likeliest tokens; 0 is all. (default: 20)", valueName: "n"))
    var topK: String?

    @Option(
        help: ArgumentHelp(
            "Makes tokens of the text so far less likely; 1 is off. (default: 1)", valueName: "x"))
    var repetitionPenalty: String?

    @Option(
        help: ArgumentHelp("Tokens of a generated answer at most. (default: 512)", valueName: "n"))
    var maxNewTokens: String?

    @Option(
        help: ArgumentHelp(
            "Draws adapters, the order of training, and generated texts. (default: 0)",
            valueName: "n"))
    var seed: String?

    @Option(
        help: ArgumentHelp(
            "Tokens of one forward pass at most, or auto. (default: 16384)", valueName: "n"))
    var batchTokens: String?

    var given: [String: String?] {
        [
            "data": data, "categories": categories, "split": split, "limit": limit,
            "sample-seed": sampleSeed,
            "holdout": holdout, "shot-source": shotSource, "shot-rationales": shotRationales,
            "prompt": prompt, "chat-template": chatTemplate, "scoring": scoring, "repeats": repeats,
            "temperature": temperature,
            "top-p": topP, "top-k": topK, "repetition-penalty": repetitionPenalty,
            "max-new-tokens": maxNewTokens, "seed": seed, "batch-tokens": batchTokens,
        ]
    }
}
