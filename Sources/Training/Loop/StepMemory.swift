import Basics
import Torch
import Transformer

/// The memory that a training step needs besides the model's weights, and whether it fits.
public struct StepMemory: Sendable, Equatable {
    /// Bytes of a forward pass whose layers keep their activations for the gradients.
    public let keptBytes: Int
    /// Bytes of a forward pass with activation checkpointing, whose layers are recomputed.
    public let recomputedBytes: Int
    /// Free bytes of the device.
    public let availableBytes: Int

    public init(keptBytes: Int, recomputedBytes: Int, availableBytes: Int) {
        self.keptBytes = keptBytes
        self.recomputedBytes = recomputedBytes
        self.availableBytes = availableBytes
    }

    /// - Parameters:
    ///   - tokens: the maximum number of tokens in a micro-batch
    ///   - labels: the maximum number of rows with a target in a micro-batch
    ///   - availableBytes: free memory of the device; nil queries it
    public init(
        _ decoder: Decoder, tokens: Int, labels: Int, availableBytes: Int? = nil
    ) throws {
        let shape = decoder.configuration
        let bytes = decoder.dtype.byteCount
        let queries = shape.headCount * shape.headSize
        let keys = shape.keyHeadCount * shape.headSize
        let targets = Set(decoder.adapters.map(\.projection))
        func adapted(_ projections: Projection...) -> Bool {
            !targets.isDisjoint(with: projections)
        }
        // The residual stream before both norms, the rotated heads and attention's output, gate and
        // up; and the inputs of adapters.
        var kept = 2 * shape.width + 2 * queries + 2 * keys + 2 * shape.hiddenWidth
        if shape.normalizesQueryAndKey { kept += queries + keys }
        if adapted(.q, .k, .v) { kept += shape.width }
        if adapted(.gate, .up) { kept += shape.width }
        if adapted(.down) { kept += shape.hiddenWidth }
        // Temporary buffers: gradients of gate, up and their product; attention in float32.
        let passing = 4 * shape.hiddenWidth * bytes + (2 * queries + 2 * keys) * 4
        // A chunk of the cross-entropy, ops/cross_entropy.cpp.
        let largest = decoder.device == .cpu ? 1 << 24 : 1 << 27
        let logits = min(labels * shape.vocabularySize, largest) * bytes * 2
        let copies = decoder.bytesForGradients
        keptBytes = copies + tokens * (shape.layerCount * kept * bytes + passing) + logits
        recomputedBytes =
            copies + tokens * ((shape.layerCount * shape.width + kept) * bytes + passing) + logits
        self.availableBytes = try availableBytes ?? decoder.device.availableBytes()
    }
}

extension ActivationCheckpointing {
    public func recomputes(_ memory: StepMemory) -> Bool {
        recomputes(keeping: Double(memory.keptBytes), of: Double(memory.availableBytes))
    }
}
