import Training
import ArgumentParser
import Experiments

/// Which checkpoints of a training run are kept. The defaults are in `CheckpointConfig`.
struct KeepingOptions: ParsableArguments {
    @Option(
        help: .setting(
            \TrainConfig.checkpoints.checkpointEvery,
            """
            Steps from one checkpoint to the next; 0 saves only at the end and when a signal comes.
            """, valueName: "n"))
    var checkpointEvery: Int?

    @Option(
        help: ArgumentHelp(
            """
            Steps from one evaluation of the training to the next. (default: none is made)
            """, valueName: "n"))
    var evalEvery: Int?

    @Option(
        help: .setting(
            \TrainConfig.checkpoints.evalQuestions,
            """
            What these ask: validation questions of the category, zero-shot; or reported, what is asked \
            after the training, which then must choose nothing.
            """, valueName: "which"))
    var evalQuestions: CheckpointConfig.Questions?

    @Option(
        help: .setting(
            \TrainConfig.checkpoints.evalLimit, "Validation questions at most.", valueName: "n"))
    var evalLimit: Int?

    @Option(
        help: ArgumentHelp(
            """
            How these are answered: greedy, or sampled as the questions asked afterwards are, with \
            as many repeats. (default: greedy; in a study sampled)
            """, valueName: "how"))
    var evalAnswers: CheckpointConfig.Answers?

    @Option(
        help: .setting(
            \TrainConfig.checkpoints.keep,
            "The adapter that is saved: best, by these evaluations, or last.",
            valueName: "which"))
    var keep: CheckpointConfig.Adapter?
}
