import TestSupport
import Testing
import Transformer

/// What checkpoints and adapters hold.
@Suite struct SummaryTests {
    private static let golden = Fixture.golden

    /// The sizes in the reports of Qwen2.5 and the config.json of its checkpoints.
    private static func qwen(
        _ layers: Int, _ width: Int, _ heads: Int, _ keyHeads: Int, _ headSize: Int, _ hidden: Int
    ) -> ModelConfiguration {
        ModelConfiguration(
            family: .qwen2, vocabularySize: 151_936, width: width, layerCount: layers,
            headCount: heads, keyHeadCount: keyHeads, headSize: headSize, hiddenWidth: hidden,
            normEpsilon: 1e-6, ropeTheta: 1e6, contextLength: 32_768, tiesEmbeddings: true,
            hasQueryKeyValueBias: true, normalizesQueryAndKey: false, storedDtype: .bfloat16)
    }

    private static let half = qwen(24, 896, 14, 2, 64, 4864)
    private static let three = qwen(36, 2048, 16, 2, 128, 11_008)

    @Test func `a token's keys and values take what the sizes say`() {
        // 2 · layers · key heads · head size · 2 bytes.
        #expect(Self.three.cacheBytesPerToken(.bfloat16) == 36_864)
        #expect(Self.half.cacheBytesPerToken(.bfloat16) == 12_288)
        #expect(Self.half.cacheBytesPerToken(.float32) == 24_576)
    }

    @Test func `an adapter has rank times input plus output parameters a layer`() {
        func count(_ targets: Set<Projection>) -> Int {
            Self.three.parameterCount(of: LoRASettings(targets: targets))
        }
        #expect(count([.v]) == 36 * 8 * (2048 + 256))
        #expect(count([.q, .o]) == 2 * 36 * 8 * (2048 + 2048))
        #expect(count([.gate, .up, .down]) == 3 * 36 * 8 * (2048 + 11_008))
        var some = LoRASettings(targets: [.v])
        some.layers = [3, 4]
        #expect(Self.three.parameterCount(of: some) == 2 * 8 * (2048 + 256))
    }

    @Test(arguments: ["tiny", "tiny-untied"])
    func `a summary counts every weight once`(name: String) throws {
        let checkpoint = try Checkpoint(folder: "\(Self.golden)/\(name)/checkpoint")
        let summary = try CheckpointSummary(checkpoint)
        let decoder = try checkpoint.load(dtype: .float32, device: .cpu)
        let count = decoder.weights.reduce(0) { $0 + $1.tensor.elementCount }
        #expect(summary.parameterCount == count)
        #expect(summary.fileCount == (name == "tiny" ? 1 : 2))
        #expect(summary.dtypes.map(\.parameterCount) == [count])
        #expect(summary.byteCount == count * (summary.dtypes[0].dtype.byteCount))
    }

    @Test func `an adapter's summary counts its tensors`() throws {
        let summary = try AdapterSummary(folder: Self.golden + "/tiny/adapter")
        let checkpoint = try Checkpoint(folder: Self.golden + "/tiny/checkpoint")
        #expect(
            summary.parameterCount == checkpoint.configuration.parameterCount(of: summary.settings))
        #expect(summary.byteCount == 4 * summary.parameterCount)
        #expect(summary.layerCount == checkpoint.configuration.layerCount)
        #expect(summary.baseModel == "checkpoint")
        #expect(summary.dtypes == [.float32])
    }
}
