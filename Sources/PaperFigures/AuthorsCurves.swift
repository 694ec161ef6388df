import LinearAttention

/// The weights that the authors chose by hand for the theory's curves, w as in the paper.
package enum AuthorsCurves {
    /// d of Figure 1.
    static let dimensions = [6, 11, 16, 21]
    /// w of (15) in Figure 2.
    static let fullWeights: [Double] = [0.3, 1, 3, 10, 30, 100]
    /// w of (21) in Figure 3.
    static let valueWeights: [Double] = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]

    /// The curves of Figure 4, on theta0: (10) in all panels, then those of (b), (c) and (d).
    package static func figure4(_ setup: RegressionSetup) -> [(name: String, head: AttentionHead)] {
        let (problem, task) = (setup.problem, setup.task)
        let scale = problem.paperPretrainedWeight(context: setup.context)
        return [
            ("pretrained a=20/26", problem.paperPretrainedHead(context: setup.context)),
            ("full w=0.52", problem.fullFineTunedHead(trained: task, weight: 0.52)),
            ("V w=20/26", problem.valueFineTunedHead(trained: task, weight: scale)),
            ("V w=0.66", problem.valueFineTunedHead(trained: task, weight: 0.66)),
        ]
    }
}
