import TestSupport
import Torch
import Transformer

/// A model of two layers with weights drawn by seed; biases and norms are random too, so that
/// leaving one out shows.
enum TinyModel {
    static let configuration = configuration()

    static func configuration(
        family: ModelFamily = .qwen2, tiesEmbeddings: Bool = true
    ) -> ModelConfiguration {
        ModelConfiguration(
            family: family, vocabularySize: 31, width: 16, layerCount: 2, headCount: 4,
            keyHeadCount: 2, headSize: 8, hiddenWidth: 24, normEpsilon: 1e-6, ropeTheta: 10_000,
            contextLength: 64, tiesEmbeddings: tiesEmbeddings,
            hasQueryKeyValueBias: family == .qwen2, normalizesQueryAndKey: family == .qwen3,
            storedDtype: nil)
    }

    static func decoder(
        _ configuration: ModelConfiguration = configuration, dtype: DType = .float32
    ) throws -> Decoder {
        try Decoder(
            configuration, weights: SeededWeights(generator: Generator(seed: 11)), dtype: dtype,
            device: Fixture.device())
    }

    /// Tokens that only repeat after all 31.
    static func tokens(_ count: Int, from start: Int = 1) -> [Int32] {
        (0..<count).map { Int32((start + $0 * 7) % 31) }
    }
}

private struct SeededWeights: WeightSource {
    let generator: Generator

    func tensor(_ name: String, shape: [Int]) throws -> Tensor {
        let tensor = try Tensor.zeros(shape: shape, dtype: .float64)
        let isNorm = name.contains("norm.")
        try tensor.fillNormal(
            mean: isNorm ? 1 : 0, deviation: name.contains("embed") ? 1 : 0.25, using: generator)
        return tensor
    }
}

/// A forest by the parent and length of each segment.
struct ForestShape: Sendable, CustomStringConvertible {
    let description: String
    let segments: [(parent: Int?, length: Int)]

    init(_ description: String, _ segments: [(Int?, Int)]) {
        self.description = description
        self.segments = segments.map { (parent: $0.0, length: $0.1) }
    }

    var forest: PackedForest {
        var forest = PackedForest()
        for (index, segment) in segments.enumerated() {
            forest.append(
                TinyModel.tokens(segment.length, from: 3 * index + 1), under: segment.parent)
        }
        return forest
    }

    static let all = [
        ForestShape("one root", [(nil, 9)]),
        ForestShape("two roots", [(nil, 5), (nil, 3)]),
        ForestShape("two levels", [(nil, 6), (0, 3), (0, 4)]),
        ForestShape(
            "three levels",
            [(nil, 4), (0, 3), (1, 2), (1, 5), (0, 1), (4, 2), (nil, 3), (6, 2)]),
        ForestShape("many children", [(nil, 3)] + (0..<9).map { (0, 1 + $0 % 3) }),
        ForestShape("single tokens", [(nil, 1), (0, 1), (1, 1), (1, 1), (0, 1), (nil, 1)]),
    ]
}
