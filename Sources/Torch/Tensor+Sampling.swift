internal import CTorch

extension Tensor {
    /// These logits, `[rows, vocabulary]` in float32, with the repetition penalty (arXiv
    /// 1909.05858): the score of a place is divided by it, or multiplied where it is below 0.
    ///
    /// - Parameter places: row and token of each, named once
    public func penalized(
        at places: [(row: Int, token: Int)], by penalty: Double
    ) throws(TorchError) -> Tensor {
        try .make {
            ct_penalize(
                handle, places.map(\.row), places.map(\.token), places.count, penalty, &$0)
        }
    }

    /// A token for each row of these logits, `[rows, vocabulary]`, drawn on their device.
    ///
    /// - Parameters:
    ///   - units: a number in [0, 1) for each row
    ///   - topP: of the `topK` likeliest tokens, those that together reach this probability at the
    ///     temperature
    /// - Returns: int64, `[rows]`
    public func sampled(
        units: [Double], temperature: Double, topP: Double, topK: Int
    ) throws(TorchError) -> Tensor {
        try .make { ct_sample(handle, units, units.count, temperature, topP, topK, &$0) }
    }
}
