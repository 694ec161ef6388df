import Torch
import Transformer

/// A model of two layers with weights drawn by seed; biases and norms are random too, so that
/// leaving one out shows.
public enum TinyModel {
    public static let configuration = configuration()

    public static func configuration(
        family: ModelFamily = .qwen2, tiesEmbeddings: Bool = true
    ) -> ModelConfiguration {
        ModelConfiguration(
            family: family, vocabularySize: 31, width: 16, layerCount: 2, headCount: 4,
            keyHeadCount: 2, headSize: 8, hiddenWidth: 24, normEpsilon: 1e-6, ropeTheta: 10_000,
            contextLength: 64, tiesEmbeddings: tiesEmbeddings,
            hasQueryKeyValueBias: family == .qwen2, normalizesQueryAndKey: family == .qwen3,
            storedDtype: nil)
    }

    public static func decoder(
        _ configuration: ModelConfiguration = configuration, dtype: DType = .float32
    ) throws -> Decoder {
        try Decoder(
            configuration, weights: SeededWeights(generator: Generator(seed: 11)), dtype: dtype,
            device: Fixture.device())
    }

    /// Tokens that only repeat after all 31.
    public static func tokens(_ count: Int, from start: Int = 1) -> [Int32] {
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
