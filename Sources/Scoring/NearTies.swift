extension Answer {
    /// Nats by which the best letter must lie before the second so that bfloat16 does not decide.
    ///
    /// Two ways to compute the same letters in bfloat16, a Hugging Face loop and lm-eval at
    /// Qwen2.5-0.5B's shape on 40 questions, were 0.062 apart at most in a letter's log-probability
    /// (measured by `bench_eval.py` of the reference implementations); a margin is a difference of
    /// two letters, and so may move twice as far. One constant for every type that was computed in:
    /// such an answer may come out otherwise elsewhere.
    public static let nearTieMargin = 0.125
}
