import Torch

extension Decoder {
    /// Adds the gradients of a loss with activation checkpointing (arXiv 1604.06174). Each layer is
    /// computed a second time, so only one layer's activations are in memory. This costs half as
    /// much work again.
    ///
    /// - Parameters:
    ///   - rows: the tokens that the loss depends on
    ///   - loss: a scalar of the last layer's output at these tokens, `[rows, width]`
    public func backwardRecomputing(
        _ pass: ForwardPass, rows: [Int], loss: (Tensor) throws -> Tensor
    ) throws {
        let rotary = try rotary(of: pass)
        let chosen = try ChosenRows(rows, of: pass, rotary: rotary, on: device)
        let blocks = try AttentionLayout(pass.blocks)
        func apply(_ index: Int, to x: Tensor) throws -> Tensor {
            try layers[index](
                Residual(x), blocks: blocks, rotary: rotary, cache: nil,
                rows: index == layers.count - 1 ? chosen : nil
            ).value()
        }
        let embedded = try embed(pass)
        var inputs = [try embedded.detached()]
        // In the second computation, a layer's dropout is the same as in the first.
        let dropout = adapters.first?.adapter.dropout
        var draws: [[UInt8]?] = []
        try withoutGradient {
            for index in layers.indices {
                draws.append(try dropout?.state())
                inputs.append(try apply(index, to: inputs[index]))
            }
        }
        // A later forward pass of the step draws the numbers after all of this one's.
        let following = try dropout?.state()
        defer { if let following { try? dropout?.setState(following) } }
        let last = try Self.leaf(inputs.removeLast())
        try loss(last).backward()
        guard var gradient = try last.gradient() else { return }

        for index in layers.indices.reversed() {
            let isAsked = embedded.requiresGradient || layers[..<index].contains(where: \.isTrained)
            guard isAsked || layers[index].isTrained else { return }
            let input = inputs.removeLast()
            let leaf = isAsked ? try Self.leaf(input) : input
            if let drawn = draws[index] { try dropout?.setState(drawn) }
            try apply(index, to: leaf).backward(from: gradient)
            guard isAsked, let next = try leaf.gradient() else { return }
            gradient = next
        }
        if embedded.requiresGradient { try embedded.backward(from: gradient) }
    }

    private static func leaf(_ tensor: Tensor) throws -> Tensor {
        let leaf = try tensor.detached()
        try leaf.setRequiresGradient(true)
        return leaf
    }
}

extension DecoderLayer {
    /// Whether any of its weights or adapters requires a gradient.
    var isTrained: Bool {
        var parameters: [Tensor?] = [
            attentionNorm.weight, feedForwardNorm.weight, attention.queryNorm?.weight,
            attention.keyNorm?.weight,
        ]
        for projection in Projection.allCases {
            let linear = linear(projection)
            parameters += [linear.weight, linear.bias, linear.adapter?.a, linear.adapter?.b]
        }
        return parameters.contains { $0?.requiresGradient ?? false }
    }
}
