import Torch

/// What a training needs, beside its inputs, to go on as if it had never stopped.
///
/// The tensors are those that train: the next step changes them.
public struct TrainingState {
    /// Steps made.
    public var stepCount: Int
    /// What changes, in the trainer's order.
    public var parameters: [Tensor]
    public var optimizer: AdamWState

    public init(stepCount: Int, parameters: [Tensor], optimizer: AdamWState) {
        self.stepCount = stepCount
        self.parameters = parameters
        self.optimizer = optimizer
    }
}

/// What AdamW remembers of the gradients so far.
public struct AdamWState {
    /// Updates made, which the correction of the moments' bias counts.
    public var updateCount: Int
    /// One a parameter, of its shape.
    public var firstMoments: [Tensor]
    /// One a parameter, of its shape.
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
