import Torch

/// Cosines and sines of rotary position embedding (arXiv 2104.09864), for some positions.
struct RotaryTable {
    private let cosines: Tensor
    private let sines: Tensor

    /// Angles in float32, then rounded to `dtype`, as transformers does.
    ///
    /// - Throws: `TorchError` for sequences that share tokens or a KV cache beyond the original
    ///   context of `RopeScaling.dynamic`, which rotates those tokens for each sequence anew.
    init(
        _ pass: ForwardPass, _ configuration: ModelConfiguration, dtype: DType, device: Device
    ) throws {
        let scaling = configuration.ropeScaling
        func frequencies(_ length: Int) -> [Float] {
            scaling.frequencies(
                theta: configuration.ropeTheta, size: configuration.headSize, length: length)
        }
        let runs = try configuration.stretchedRuns(of: pass)
        let values = runs.flatMap { run in
            Array(repeatElement(frequencies(run.count), count: run.count)).joined()
        }
        let column = try Tensor(pass.positions.map(Float.init), shape: [pass.positions.count, 1])
        let half =
            try column
            * Tensor(
                runs.isEmpty ? frequencies(0) : values,
                shape: [runs.isEmpty ? 1 : pass.positions.count, configuration.headSize / 2])
        let angles = try Tensor.concatenated([half, half], along: -1).moved(to: device)
        let factor = scaling.attentionFactor
        func scaled(_ x: Tensor) throws -> Tensor {
            try (factor == 1 ? x : x * factor).converted(to: dtype)
        }
        cosines = try scaled(angles.cosine())
        sines = try scaled(angles.sine())
    }

    /// The angles of some of the positions; `indices` is an int64 vector.
    func selecting(_ indices: Tensor) throws -> RotaryTable {
        RotaryTable(
            cosines: try cosines.selecting(indices), sines: try sines.selecting(indices))
    }

    private init(cosines: Tensor, sines: Tensor) {
        self.cosines = cosines
        self.sines = sines
    }

    /// - Parameter x: `[tokens, heads, headSize]`
    func callAsFunction(_ x: Tensor) throws -> Tensor {
        try x.rotated(cosines: cosines, sines: sines)
    }
}

extension ModelConfiguration {
    /// The tokens of each sequence, where frequencies depend on a sequence's length; empty where
    /// all tokens have the same frequencies.
    fileprivate func stretchedRuns(of pass: ForwardPass) throws -> [Range<Int>] {
        guard case .dynamic(_, let context) = ropeScaling,
            pass.positions.contains(where: { Int($0) >= context })
        else { return [] }
        let isFlat = pass.blocks.allSatisfy { $0.isCausal && $0.queries == $0.keys }
        guard isFlat, pass.cacheRows.isEmpty else {
            throw TorchError(
                operation: "forward pass",
                message: "dynamic rope scaling rotates shared tokens for each sequence anew; at "
                    + "most \(context) tokens are possible where sequences share them")
        }
        return pass.blocks.map(\.queries)
    }
}
