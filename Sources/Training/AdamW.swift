import Torch

/// AdamW over a list of parameters, with clipping by the norm of all gradients together.
public final class AdamW {
    private let parameters: [Tensor]
    private let settings: AdamWSettings
    private let firstMoments: [Tensor]
    private let secondMoments: [Tensor]
    private var step = 0

    /// - Parameter parameters: leaves that require gradients
    public init(_ parameters: [Tensor], settings: AdamWSettings) throws {
        self.parameters = parameters
        self.settings = settings
        let zeros = { () throws(TorchError) -> [Tensor] in
            var result: [Tensor] = []
            for parameter in parameters {
                result.append(
                    try .zeros(
                        shape: parameter.shape, dtype: parameter.dtype, device: parameter.device))
            }
            return result
        }
        firstMoments = try zeros()
        secondMoments = try zeros()
    }

    /// What goes into the next update beside its gradients; the tensors change with it.
    public var state: AdamWState {
        AdamWState(updateCount: step, firstMoments: firstMoments, secondMoments: secondMoments)
    }

    /// Goes on from a state of an optimiser over parameters of the same shapes.
    public func restore(_ state: AdamWState) throws {
        try assign(state.firstMoments, to: firstMoments)
        try assign(state.secondMoments, to: secondMoments)
        step = state.updateCount
    }

    /// Forgets all gradients so far, as if it were new.
    public func reset() throws {
        for moment in firstMoments + secondMoments { try moment.scale(by: 0) }
        step = 0
    }

    /// Moves the parameters against their gradients and forgets the gradients.
    ///
    /// - Parameter largestNorm: gradients are scaled down to this norm, as
    ///   torch.nn.utils.clip_grad_norm_ does; nil leaves them as they are
    /// - Returns: the norm before clipping
    /// - Throws: `GradientRefusal` for a norm that is not finite; nothing has moved then.
    @discardableResult
    public func update(learningRate: Double, largestNorm: Double?) throws -> Double {
        var gradients: [Tensor?] = []
        var squares = 0.0
        for parameter in parameters {
            let gradient = try parameter.gradient()
            if let gradient {
                let norm = try gradient.norm()
                squares += norm * norm
            }
            gradients.append(gradient)
        }
        let norm = squares.squareRoot()
        guard norm.isFinite else { throw GradientRefusal(norm: norm) }
        step += 1
        let factor = largestNorm.map { min(1, $0 / (norm + 1e-6)) } ?? 1
        for (index, parameter) in parameters.enumerated() {
            guard let gradient = gradients[index] else { continue }
            if factor < 1 { try gradient.scale(by: factor) }
            try parameter.stepAdamW(
                gradient: gradient, firstMoment: firstMoments[index],
                secondMoment: secondMoments[index], step: step, learningRate: learningRate,
                settings: settings)
            try parameter.clearGradient()
        }
        return norm
    }
}

/// Gradients that no step should follow.
public struct GradientRefusal: Error, CustomStringConvertible {
    public let norm: Double

    public var description: String {
        "the norm of the gradients is \(norm.isNaN ? .nan : norm); a finite one is needed: "
            + "try a lower learning rate, or --dtype fp32"
    }
}
