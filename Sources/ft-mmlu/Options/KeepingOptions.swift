import ArgumentParser
import Experiments

/// What is kept of a training. The defaults live in `CheckpointConfig`.
struct KeepingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Steps from one checkpoint to the next; 0 saves only at the end and when a signal comes. \
            (default: 25)
            """, valueName: "n"))
    var checkpointEvery: String?

    @Option(
        help: ArgumentHelp(
            """
            Steps from one evaluation of the training to the next. (default: none is made)
            """, valueName: "n"))
    var evalEvery: String?

    @Option(
        help: ArgumentHelp(
            """
            What these ask: validation questions of the category, zero-shot; or reported, what is asked \
            after the training, which then must choose nothing. (default: validation)
            """, valueName: "which"), completion: .cases(of: CheckpointConfig.Questions.self))
    var evalQuestions: String?

    @Option(help: ArgumentHelp("Validation questions at most. (default: 100)", valueName: "n"))
    var evalLimit: String?

    @Option(
        help: ArgumentHelp(
            """
            How these are answered: greedy, or sampled as the questions asked afterwards are, with \
            as many repeats. (default: greedy; in a study sampled)
            """, valueName: "how"))
    var evalAnswers: String?

    @Option(
        help: ArgumentHelp(
            "The adapter that is saved: best, by these evaluations, or last. (default: last)",
            valueName: "which"), completion: .cases(of: CheckpointConfig.Adapter.self))
    var keep: String?

    var given: [String: String?] {
        [
            "checkpoint-every": checkpointEvery, "eval-every": evalEvery, "eval-limit": evalLimit,
            "eval-questions": evalQuestions,
            "eval-answers": evalAnswers,
            "keep": keep,
        ]
    }
}
