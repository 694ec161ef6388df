import Torch

/// AdamW over a list of parameters, with clipping by the global norm of all gradients.
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

    /// The optimiser's state: what the next update needs besides its gradients; the tensors change
    /// with it.
    public var state: AdamWState {
        AdamWState(updateCount: step, firstMoments: firstMoments, secondMoments: secondMoments)
    }

    /// Resumes from the state of an optimiser over parameters of the same shapes.
    public func restore(_ state: AdamWState) throws {
        try assign(state.firstMoments, to: firstMoments)
        try assign(state.secondMoments, to: secondMoments)
        step = state.updateCount
    }

    /// Resets the moments and the step count, as if the optimiser were new.
    public func reset() throws {
        for moment in firstMoments + secondMoments { try moment.scale(by: 0) }
        step = 0
    }

    /// Updates the parameters and resets the gradients.
    ///
    /// - Parameter largestNorm: gradients are scaled down to this norm, as
    ///   torch.nn.utils.clip_grad_norm_ does; nil leaves them as they are
    /// - Returns: the norm before clipping
    /// - Throws: `GradientRefusal` for a norm that is not finite; no parameter has changed then.
    @discardableResult
    public func update(learningRate: Double, largestNorm: Double?) throws -> Double {
        var trained: [AdamWParameter] = []
        for (index, parameter) in parameters.enumerated() {
            guard let gradient = try parameter.gradient() else { continue }
            trained.append(
                AdamWParameter(
                    value: parameter, gradient: gradient, firstMoment: firstMoments[index],
                    secondMoment: secondMoments[index]))
        }
        let norm = try Tensor.norm(of: trained.map(\.gradient))
        guard norm.isFinite else { throw GradientRefusal(norm: norm) }
        step += 1
        try trained.stepAdamW(
            step: step, learningRate: learningRate,
            gradientFactor: largestNorm.map { min(1, $0 / (norm + 1e-6)) } ?? 1,
            settings: settings)
        for parameter in parameters { try parameter.clearGradient() }
        return norm
    }
}

/// An error for gradients that are not finite.
public struct GradientRefusal: Error, CustomStringConvertible {
    public let norm: Double

    public var description: String {
        "the norm of the gradients is \(norm.isNaN ? .nan : norm); a finite one is needed: "
            + "try a lower learning rate, or --dtype fp32"
    }
}

/// The state of AdamW: its moments and update count.
public struct AdamWState {
    /// The number of updates, which the moments' bias correction uses.
    public var updateCount: Int
    /// First moments: one tensor per parameter, of its shape.
    public var firstMoments: [Tensor]
    /// Second moments: one tensor per parameter, of its shape.
    public var secondMoments: [Tensor]

    public init(updateCount: Int, firstMoments: [Tensor], secondMoments: [Tensor]) {
        self.updateCount = updateCount
        self.firstMoments = firstMoments
        self.secondMoments = secondMoments
    }
}
