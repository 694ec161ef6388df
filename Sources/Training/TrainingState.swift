import Torch

/// The training state that an exact resume needs besides the inputs.
///
/// The tensors are those that train: the next step changes them.
public struct TrainingState {
    /// Steps made.
    public var stepCount: Int
    /// The trainable parameters, in the trainer's order.
    public var parameters: [Tensor]
    public var optimizer: AdamWState

    public init(stepCount: Int, parameters: [Tensor], optimizer: AdamWState) {
        self.stepCount = stepCount
        self.parameters = parameters
        self.optimizer = optimizer
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

/// Overwrites tensors with others of the same shapes.
func assign(_ sources: [Tensor], to targets: [Tensor]) throws {
    precondition(
        sources.map(\.shape) == targets.map(\.shape),
        "a state is given back to parameters of the same shapes")
    for (target, source) in zip(targets, sources) {
        try target.assign(source.moved(to: target.device))
    }
}
