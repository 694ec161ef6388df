import TestSupport
import Testing
import Torch
import Transformer

/// Growing token by token against computing everything again.
@Suite struct ForestKVCacheTests {
    struct Growth: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// An index into `ForestShape.all`.
        let shape: Int
        /// The segment that each text grows behind.
        let texts: [Int]
        /// After which step which texts are removed.
        var removed: [Int: [Int]] = [:]
        /// After which step texts begin, and behind which segment.
        var begun: [Int: [Int]] = [:]
    }

    static let growths = [
        Growth(testDescription: "one text", shape: 0, texts: [0]),
        Growth(testDescription: "a text a root", shape: 1, texts: [0, 1]),
        Growth(testDescription: "several texts a segment", shape: 2, texts: [1, 1, 1, 2, 2]),
        Growth(testDescription: "inner segments too", shape: 2, texts: [0, 0, 1, 2]),
        Growth(testDescription: "three levels", shape: 3, texts: [2, 3, 3, 4, 5, 6, 7]),
        Growth(
            testDescription: "some stop", shape: 3, texts: [2, 3, 3, 5, 7],
            removed: [0: [1], 2: [0, 1], 3: [1]]),
        Growth(
            testDescription: "others take their place", shape: 3, texts: [2, 3, 7],
            removed: [0: [0], 2: [1]], begun: [0: [2, 4], 2: [6]]),
        Growth(
            testDescription: "many children", shape: 4, texts: Array(1..<10), removed: [1: [3, 7]]),
    ]

    /// The segments of a forest, computed in one pass.
    private func planted(
        _ prompts: PackedForest, in forest: ForestKVCache
    ) throws -> [ForestKVCache.Segment] {
        var segments: [ForestKVCache.Segment] = []
        for segment in prompts.segments {
            segments.append(
                try #require(
                    forest.addPrompt(
                        segment.range.count, under: segment.parent.map { segments[$0] })))
        }
        try forest.compute(
            zip(segments, prompts.segments).map { ($0, Array(prompts.tokens[$1.range])) })
        return segments
    }

    private func expectLogits(
        _ hidden: Tensor, of sequences: [[Int32]], _ decoder: Decoder, _ what: String
    ) throws {
        let logits = try withoutGradient { try decoder.logits(of: hidden) }
        #expect(logits.shape[0] == sequences.count)
        for (row, sequence) in sequences.enumerated() {
            let whole = try withoutGradient { try decoder.logits(PackedForest(roots: [sequence])) }
            try expectClose(
                logits.narrowed(to: row..<row + 1),
                whole.narrowed(to: sequence.count - 1..<sequence.count), .absolute(2e-5),
                "\(what), row \(row)")
        }
    }

    @Test(arguments: growths)
    func `a grown text has the logits of its whole sequence`(growth: Growth) throws {
        let decoder = try TinyModel.decoder()
        let prompts = ForestShape.all[growth.shape].forest
        // No more room than the texts that stand at one time need.
        let forest = try ForestKVCache(
            capacity: prompts.tokens.count + (growth.texts.count + 1) * 5, decoder: decoder)
        let segments = try planted(prompts, in: forest)
        var texts: [(segment: ForestKVCache.Segment, sequence: [Int32])] = []
        func begin(_ behind: [Int]) throws {
            for place in behind {
                let text = try #require(forest.addText(largestLength: 5, under: segments[place]))
                texts.append((text, prompts.path(to: place)))
            }
        }
        try begin(growth.texts)
        for step in 0..<5 {
            for place in texts.indices {
                texts[place].sequence.append(Int32((5 * step + 11 * place + 2) % 31))
            }
            let hidden = try forest.extend(
                texts.map { ($0.segment, $0.sequence.suffix(1)) }, outputRows: Array(texts.indices))
            try expectLogits(hidden, of: texts.map(\.sequence), decoder, "step \(step)")
            for place in (growth.removed[step] ?? []).sorted(by: >) {
                forest.remove(texts.remove(at: place).segment)
            }
            try begin(growth.begun[step] ?? [])
        }
    }

    @Test func `prompts and texts are computed in one pass`() throws {
        let decoder = try TinyModel.decoder()
        let forest = try ForestKVCache(capacity: 40, decoder: decoder)
        let first = try #require(forest.addPrompt(4))
        let text = try #require(forest.addText(largestLength: 3, under: first))
        let hidden = try forest.extend([(first, [3, 1, 4, 1])], outputRows: [0])
        try expectLogits(hidden, of: [[3, 1, 4, 1]], decoder, "a prompt")
        let second = try #require(forest.addPrompt(3))
        let below = try #require(forest.addPrompt(2, under: second))
        let both = try forest.extend(
            [(text, [5]), (second, [9, 2, 6]), (below, [5, 3])], outputRows: [0, 1, 2])
        try expectLogits(
            both, of: [[3, 1, 4, 1, 5], [9, 2, 6], [9, 2, 6, 5, 3]], decoder, "together")
    }

    @Test func `adapters take part in growing`() throws {
        let decoder = try TinyModel.decoder()
        try decoder.attachAdapters(
            LoRASettings(targets: [.q, .k, .v], rank: 2), using: Generator(seed: 1))
        for placed in decoder.adapters {
            try placed.adapter.b.fillNormal(deviation: 0.3, using: Generator(seed: 2))
        }
        let forest = try ForestKVCache(capacity: 5, decoder: decoder)
        let segments = try planted(PackedForest(roots: [[1, 2, 3]]), in: forest)
        let texts = try [7, 9].map { token in
            (
                try #require(forest.addText(largestLength: 1, under: segments[0])), [Int32(token)]
            )
        }
        try expectLogits(
            forest.extend(texts, outputRows: [0, 1]), of: [[1, 2, 3, 7], [1, 2, 3, 9]], decoder, "")
    }

    @Test func `growing needs no gradient and keeps no graph`() throws {
        let decoder = try TinyModel.decoder()
        for (_, tensor) in decoder.weights { try tensor.setRequiresGradient(true) }
        let forest = try ForestKVCache(capacity: 4, decoder: decoder)
        let segments = try planted(PackedForest(roots: [[1, 2]]), in: forest)
        let text = try #require(forest.addText(largestLength: 2, under: segments[0]))
        #expect(try !forest.extend([(text, [3])], outputRows: [0]).requiresGradient)
    }

    @Test func `where there is no room there is no segment`() throws {
        let forest = try ForestKVCache(capacity: 7, decoder: TinyModel.decoder())
        let prompt = try #require(forest.addPrompt(3))
        #expect(forest.addText(largestLength: 5, under: prompt) == nil)
        let text = try #require(forest.addText(largestLength: 4, under: prompt))
        #expect(forest.addText(largestLength: 1, under: prompt) == nil)
        forest.remove(text)
        #expect(forest.addText(largestLength: 2, under: prompt) != nil)
        #expect(forest.addText(largestLength: 2, under: prompt) != nil)
    }

    @Test func `growing past the largest length is refused`() throws {
        let forest = try ForestKVCache(capacity: 9, decoder: TinyModel.decoder())
        let segments = try planted(PackedForest(roots: [[1, 2, 3]]), in: forest)
        let text = try #require(forest.addText(largestLength: 1, under: segments[0]))
        _ = try forest.extend([(text, [4])], outputRows: [0])
        expectRefusal(
            "generation: a text was to grow by more than the 1 tokens that it has room for"
        ) { try forest.extend([(text, [4])], outputRows: [0]) }
    }
}

/// Which rows of a cache are taken.
@Suite struct KVCacheTests {
    private func cache(_ capacity: Int) throws -> KVCache {
        let decoder = try TinyModel.decoder()
        return try KVCache(
            capacity: capacity, configuration: decoder.configuration, dtype: .float32,
            device: .cpu)
    }

    @Test func `rows come from the first gap that is long enough`() throws {
        let cache = try cache(10)
        #expect(cache.reserve(3) == 0..<3)
        #expect(cache.reserve(4) == 3..<7)
        #expect(cache.reserve(4) == nil)
        cache.release(0..<3)
        #expect(cache.reserve(2) == 0..<2)
        #expect(cache.reserve(3) == 7..<10)
        #expect(cache.reserve(1) == 2..<3)
        #expect(cache.reserve(1) == nil)
    }

    @Test(arguments: [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2], [2, 0, 3, 1]])
    func `gaps that touch become one`(order: [Int]) throws {
        let cache = try cache(8)
        let rows = (0..<4).compactMap { _ in cache.reserve(2) }
        #expect(rows.count == 4)
        for place in order { cache.release(rows[place]) }
        #expect(cache.reserve(8) == 0..<8)
    }
}
