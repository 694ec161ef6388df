import Basics
import Torch
import Transformer

/// What a training step needs beside the model's weights, and whether that fits.
public struct StepMemory: Sendable, Equatable {
    /// Of a forward pass whose layers keep what their gradients need.
    public let keptBytes: Int
    /// Of one whose layers are computed a second time.
    public let recomputedBytes: Int
    /// That the device had left.
    public let availableBytes: Int

    public init(keptBytes: Int, recomputedBytes: Int, availableBytes: Int) {
        self.keptBytes = keptBytes
        self.recomputedBytes = recomputedBytes
        self.availableBytes = availableBytes
    }

    /// - Parameters:
    ///   - tokens: of a forward pass, at most
    ///   - labels: rows of the pass that have a target, at most
    ///   - availableBytes: what the device has left; nil asks it
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
        // The sums before both norms, the rotated heads and attention's output, gate and up; and the
        // inputs of adapters.
        var kept = 2 * shape.width + 2 * queries + 2 * keys + 2 * shape.hiddenWidth
        if shape.normalizesQueryAndKey { kept += queries + keys }
        if adapted(.q, .k, .v) { kept += shape.width }
        if adapted(.gate, .up) { kept += shape.width }
        if adapted(.down) { kept += shape.hiddenWidth }
        // What stands in memory for a moment: gradients of gate, up and their product; attention in
        // float32.
        let passing = 4 * shape.hiddenWidth * bytes + (2 * queries + 2 * keys) * 4
        // A pass of the cross-entropy, ops/cross_entropy.cpp.
        let largest = decoder.device == .cpu ? 1 << 24 : 1 << 27
        let logits = min(labels * shape.vocabularySize, largest) * bytes * 2
        let copies = decoder.bytesForGradients
        keptBytes = copies + tokens * (shape.layerCount * kept * bytes + passing) + logits
        recomputedBytes =
            copies + tokens * ((shape.layerCount * shape.width + kept) * bytes + passing) + logits
        self.availableBytes = try availableBytes ?? decoder.device.availableBytes()
    }
}

/// Whether layers keep what their gradients need or are computed a second time.
public enum ActivationCheckpointing: String, SettingChoice {
    /// A second time where keeping would not fit.
    case auto
    case on, off

    /// - Returns: whether layers are computed a second time; by itself where what is kept would take
    ///   more than four fifths of what is left
    public func recomputes(keeping keptBytes: Double, of availableBytes: Double) -> Bool {
        switch self {
        case .auto: keptBytes > 0.8 * availableBytes
        case .on: true
        case .off: false
        }
    }

    public func recomputes(_ memory: StepMemory) -> Bool {
        recomputes(keeping: Double(memory.keptBytes), of: Double(memory.availableBytes))
    }
}
