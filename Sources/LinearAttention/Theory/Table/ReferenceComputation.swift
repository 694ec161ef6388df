/// One row with the meaning of its curve and figure.
struct ReferenceComputation {
    let row: TheoryRow
    let curve: ReferenceCurve
    let reference: ReferenceProblem

    private var problem: RegressionProblem { reference.problem }
    private var trained: Vector { reference.trained }
    private func task() throws -> Vector { try reference.task(row.task, curve) }

    func values() throws -> [Double] {
        let wanted = [
            "A": 2, "v21": 1, "dE/dv21": 1, "dE/dQ11": 2,
        ][row.quantityName, default: 0]
        guard row.indices.count == wanted else { throw notUnderstood }
        switch (row.quantityName, curve.model) {
        case ("error", .region), ("error", .frozen): throw notUnderstood
        case ("error", _): return try errors()
        case ("w_star", .value):
            let context = try row.requireContext()
            return [
                try problem.bestValueWeight(trained: trained, context: context, task: task())
            ]
        case ("w_bar", .value) where row.task == "avg":
            return [
                try problem.meanBestValueWeight(context: row.requireContext(), prior: curve.prior)
            ]
        case ("excess", .value):
            let context = try row.requireContext()
            return [
                try problem.excessOfTrainedWeight(
                    trained: trained, context: context, task: task())
            ]
        case ("threshold n (14)", .pretrained) where curve.prior == .standard:
            let context = try row.requirePretrainingContext()
            return [try problem.isotropicThreshold(pretrainedOn: context, task: task())]
        case ("A", .pretrained):
            return [try pretrainedMap()[row.index(0), row.index(1)]]
        case ("v21", .frozen):
            let vector = try problem.bestValueVector(
                q11: ReferenceProblem.definite, trained: task())
            return [vector[try row.index(0)]]
        case ("trace A", .region): return [try region().a.trace]
        case ("trace B", .region): return [try region().b.trace]
        case ("trace C", .region): return [try region().c.trace]
        case ("dE/dv", .plainHead), ("dE/dv", .oneHead): return [try gradient().v]
        case ("dE/dq", .plainHead), ("dE/dq", .oneHead): return [try gradient().q]
        case ("dE/dv21", .plainHead), ("dE/dv21", .oneHead):
            return [try gradient().v21[row.index(0)]]
        case ("dE/dQ11", .plainHead), ("dE/dQ11", .oneHead):
            return [try gradient().q11[row.index(0), row.index(1)]]
        default: throw notUnderstood
        }
    }

    private var notUnderstood: LinearAttentionError {
        LinearAttentionError(
            "quantity '\(row.quantity)' of curve '\(row.curve)' on task '\(row.task)' is not "
                + "understood; a combination as in theory-reference.csv is needed")
    }

    private func pretrainedMap() throws -> Matrix {
        try problem.pretrainedMap(context: row.requirePretrainingContext(), prior: curve.prior)
    }

    private func region() throws -> ForgettingRegion {
        try ForgettingRegion(
            problem, q11: ReferenceProblem.definite, context: row.requireContext(), task: task())
    }

    private func gradient() throws -> AttentionHead {
        let head =
            curve.model == .plainHead ? ReferenceProblem.plainHead : ReferenceProblem.head
        return problem.gradient(of: [head], context: try row.requireContext(), task: try task())[0]
    }

    /// By the closed form where there is one, and by the exact error of any heads.
    private func errors() throws -> [Double] {
        let heads = try heads()
        let context = try row.requireContext()
        if row.task == "avg" {
            return [try problem.meanError(of: heads, context: context, prior: curve.prior)]
        }
        let task = try task()
        return try closedForm(context, task).map { [$0] } ?? []
            + [problem.error(of: heads, context: context, task: task)]
    }

    private func closedForm(_ context: Int, _ task: Vector) throws -> Double? {
        switch curve.model {
        case .pretrained:
            return problem.pretrainedError(map: try pretrainedMap(), context: context, task: task)
        case .full:
            return problem.fullFineTunedError(
                trained: trained, weight: 1 / (try weight()), context: context, task: task)
        case .value:
            let parabola = problem.valueFineTunedParabola(
                trained: trained, context: context, task: task)
            return parabola.error(at: try weight())
        default: return nil
        }
    }

    private func heads() throws -> [AttentionHead] {
        switch curve.model {
        case .pretrained:
            _ = try weightIfNamed()
            return [
                AttentionHead(
                    v21: Vector(zeros: row.dimension), v: 1, q11: try pretrainedMap())
            ]
        case .paperPretrained:
            return [
                AttentionHead(
                    v21: Vector(zeros: row.dimension), v: try weight(), q11: problem.precision)
            ]
        case .full:
            // A table's w of (15) is v where q = 1, the inverse of the paper's w; it may be 0.
            return [
                AttentionHead(
                    v21: trained, v: try weight(), q11: Matrix(zeros: row.dimension), q: 1)
            ]
        case .value: return [problem.valueFineTunedHead(trained: trained, weight: try weight())]
        case .oneHead: return [ReferenceProblem.head]
        case .plainHead: return [ReferenceProblem.plainHead]
        case .twoHeads: return [ReferenceProblem.head, ReferenceProblem.secondHead]
        case .region, .frozen: throw notUnderstood
        }
    }

    /// w of the row, or else that of the curve's name. Throws where they differ or neither is there.
    private func weight() throws -> Double {
        let named = try weightIfNamed()
        guard let weight = row.weight ?? named else { throw row.missing("w") }
        return weight
    }

    private func weightIfNamed() throws -> Double? {
        let named: Double
        switch curve.weight {
        case nil: return nil
        case .number(let number): named = number
        case .paperPretrained:
            named = problem.paperPretrainedWeight(context: try row.requirePretrainingContext())
        case .exactPretrained:
            named = try problem.meanBestValueWeight(context: row.requirePretrainingContext())
        case .best(let n):
            named = problem.bestValueWeight(trained: trained, context: n, task: trained)
        }
        guard let found = row.weight else { return named }
        guard abs(found - named) <= 1e-9 * max(abs(named), 1e-3) else {
            throw LinearAttentionError(
                "w is \(found), and \(named) by the curve's name '\(row.curve)'; the same is needed"
            )
        }
        return found
    }
}
