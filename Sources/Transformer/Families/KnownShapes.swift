import Torch

extension ModelConfiguration {
    /// The sizes of published checkpoints, by the name that `--shape` takes.
    ///
    /// Source: config.json of Qwen/Qwen2.5-0.5B-Instruct, -1.5B-, -3B- and -7B-Instruct.
    public static let knownShapes: [(name: String, configuration: ModelConfiguration)] = [
        (
            "qwen2.5-0.5b",
            qwen25(
                width: 896, layers: 24, heads: 14, keyHeads: 2, hidden: 4864, vocabulary: 151_936,
                ties: true)
        ),
        (
            "qwen2.5-1.5b",
            qwen25(
                width: 1536, layers: 28, heads: 12, keyHeads: 2, hidden: 8960, vocabulary: 151_936,
                ties: true)
        ),
        (
            "qwen2.5-3b",
            qwen25(
                width: 2048, layers: 36, heads: 16, keyHeads: 2, hidden: 11_008,
                vocabulary: 151_936, ties: true)
        ),
        (
            "qwen2.5-7b",
            qwen25(
                width: 3584, layers: 28, heads: 28, keyHeads: 4, hidden: 18_944,
                vocabulary: 152_064, ties: false)
        ),
    ]

    private static func qwen25(
        width: Int, layers: Int, heads: Int, keyHeads: Int, hidden: Int, vocabulary: Int, ties: Bool
    ) -> ModelConfiguration {
        ModelConfiguration(
            family: .qwen2, vocabularySize: vocabulary, width: width, layerCount: layers,
            headCount: heads, keyHeadCount: keyHeads, headSize: width / heads, hiddenWidth: hidden,
            normEpsilon: 1e-6, ropeTheta: 1_000_000, contextLength: 32_768, tiesEmbeddings: ties,
            hasQueryKeyValueBias: true, normalizesQueryAndKey: false, storedDtype: .bfloat16)
    }
}
