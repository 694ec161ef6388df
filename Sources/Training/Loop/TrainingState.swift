import Torch
import Transformer

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

/// Overwrites tensors with others of the same shapes.
func assign(_ sources: [Tensor], to targets: [Tensor]) throws {
    precondition(
        sources.map(\.shape) == targets.map(\.shape),
        "a state is given back to parameters of the same shapes")
    for (target, source) in zip(targets, sources) {
        try target.assign(source.moved(to: target.device))
    }
}

extension Decoder {
    /// Overwrites the adapters' matrices.
    ///
    /// - Parameter parameters: in the order and of the shapes of `trainableParameters`
    package func assignTrainable(_ parameters: [Tensor]) throws {
        try assign(parameters, to: trainableParameters.map(\.tensor))
    }
}
