import TestSupport
import Testing
import Torch
import Transformer

@testable import Evaluation

@Suite struct EvaluationMemoryTests {
    private func decoder() throws -> Decoder {
        try SmallModel.decoder(SmallModel.tokenizer())
    }

    @Test func `a pass is as long as a third of what is left allows, within bounds`() throws {
        let decoder = try decoder()
        // Width 32, 4 heads over 2 of 8, feed-forward 48, float32: three times the width beside the
        // larger of attention and feed-forward, and the keys and values of two layers.
        let attention = (2 * 32 + 2 * 16) * 4 + 32 * 4
        let perToken = 3 * 32 * 4 + max(attention, 3 * 48 * 4) + 2 * 2 * 2 * 8 * 4
        func tokens(_ bytes: Int) throws -> Int {
            try EvaluationMemory(decoder, availableBytes: bytes).passTokens
        }
        #expect(try tokens(3 * 1000 * perToken) == 1000)
        #expect(try tokens(0) == 256)
        #expect(try tokens(1 << 40) == 16_384)
        #expect(
            try EvaluationMemory(decoder, passTokens: 70, availableBytes: 1 << 40).passTokens == 70)
    }

    @Test func `half of what is left is for keys and values`() throws {
        #expect(try EvaluationMemory(decoder(), availableBytes: 5000).cacheBytes == 2500)
    }
}
