import TestSupport
import Testing
import Torch
import Transformer

/// Growing token by token against computing everything again.
@Suite struct GrowingForestTests {
    struct Growth: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// An index into `ForestShape.all`.
        let shape: Int
        let leaves: [Int]
        /// Which leaves go on, by step.
        let kept: [Int: [Int]]
    }

    static let growths = [
        Growth(testDescription: "one leaf", shape: 0, leaves: [0], kept: [:]),
        Growth(testDescription: "a leaf a root", shape: 1, leaves: [0, 1], kept: [:]),
        Growth(
            testDescription: "several leaves a segment", shape: 2, leaves: [1, 1, 1, 2, 2],
            kept: [:]),
        Growth(testDescription: "inner segments too", shape: 2, leaves: [0, 0, 1, 2], kept: [:]),
        Growth(
            testDescription: "three levels", shape: 3, leaves: [2, 3, 3, 4, 5, 6, 7], kept: [:]),
        Growth(
            testDescription: "some stop", shape: 3, leaves: [2, 3, 3, 5, 7],
            kept: [0: [0, 2, 3, 4], 2: [1, 3], 3: [1]]),
        Growth(
            testDescription: "a whole tree stops", shape: 3, leaves: [2, 2, 6, 7],
            kept: [1: [2, 3], 3: [0]]),
        Growth(
            testDescription: "many children", shape: 4, leaves: Array(1..<10), kept: [1: [3, 8]]),
    ]

    @Test(arguments: growths)
    func `a grown leaf has the logits of its whole sequence`(growth: Growth) throws {
        let decoder = try TinyModel.decoder()
        let prompts = ForestShape.all[growth.shape].forest
        let growing = try GrowingForest(
            prompts, leaves: growth.leaves, largestLength: 5, decoder: decoder)
        var sequences = growth.leaves.map { prompts.path(to: $0) }

        func compare(_ what: String) throws {
            #expect(growing.leafCount == sequences.count)
            for (leaf, sequence) in sequences.enumerated() {
                let whole = try withoutGradient {
                    try decoder.logits(PackedForest(roots: [sequence]))
                }
                try expectClose(
                    growing.logits.narrowed(to: leaf..<leaf + 1),
                    whole.narrowed(to: sequence.count - 1..<sequence.count), .absolute(2e-5),
                    "\(what), leaf \(leaf)")
            }
        }
        try compare("prompts")
        for step in 0..<5 {
            let tokens = sequences.indices.map { Int32((5 * step + 11 * $0 + 2) % 31) }
            try growing.grow(by: tokens)
            for leaf in sequences.indices { sequences[leaf].append(tokens[leaf]) }
            try compare("step \(step)")
            if let kept = growth.kept[step] {
                try growing.retain(kept)
                sequences = kept.map { sequences[$0] }
                try compare("step \(step), retained")
            }
        }
    }

    @Test func `adapters take part in growing`() throws {
        let decoder = try TinyModel.decoder()
        try decoder.attachAdapters(
            LoRASettings(targets: [.q, .k, .v], rank: 2), using: Generator(seed: 1))
        for placed in decoder.adapters {
            try placed.adapter.b.fillNormal(deviation: 0.3, using: Generator(seed: 2))
        }
        let growing = try GrowingForest(
            PackedForest(roots: [[1, 2, 3]]), leaves: [0, 0], largestLength: 1, decoder: decoder)
        try growing.grow(by: [7, 9])
        for (leaf, token) in [7, 9].enumerated() {
            let whole = try withoutGradient {
                try decoder.logits(PackedForest(roots: [[1, 2, 3, Int32(token)]]))
            }
            try expectClose(
                growing.logits.narrowed(to: leaf..<leaf + 1), whole.narrowed(to: 3..<4),
                .absolute(2e-5))
        }
    }

    @Test func `growing needs no gradient and keeps no graph`() throws {
        let decoder = try TinyModel.decoder()
        for (_, tensor) in decoder.weights { try tensor.setRequiresGradient(true) }
        let growing = try GrowingForest(
            PackedForest(roots: [[1, 2]]), leaves: [0], largestLength: 2, decoder: decoder)
        #expect(!growing.logits.requiresGradient)
        try growing.grow(by: [3])
        #expect(!growing.logits.requiresGradient)
    }

    @Test func `no leaf left is a state, not an error`() throws {
        let growing = try GrowingForest(
            PackedForest(roots: [[1, 2]]), leaves: [0, 0], largestLength: 2,
            decoder: TinyModel.decoder())
        try growing.grow(by: [3, 4])
        try growing.retain([])
        #expect(growing.leafCount == 0)
    }

    @Test func `growing past the largest length is refused`() throws {
        let growing = try GrowingForest(
            PackedForest(roots: [[1, 2, 3]]), leaves: [0, 0], largestLength: 1,
            decoder: TinyModel.decoder())
        try growing.grow(by: [1, 2])
        expectRefusal(
            "extended(layer:keys:values:): 7 tokens do not fit a cache made for 5"
        ) { try growing.grow(by: [1, 2]) }
    }
}
