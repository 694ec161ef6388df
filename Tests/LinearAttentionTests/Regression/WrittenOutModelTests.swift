import CRegression
import Testing

@testable import LinearAttention

/// The authors' model written out with full matrices and a residual stream, beside our loops.
@Suite struct WrittenOutModelTests {
    /// Tokens (1, x, y); the query last, its label kept aside.
    private struct Prompt {
        let tokens: [[Double]]
        let label: Double
    }

    /// Numbers of few binary digits: their products and sums are exact in float32 too.
    private func prompts(dimension d: Int, context: Int, count: Int) -> [Prompt] {
        var numbers = NormalNumbers(seed: 5)
        func eighth() -> Double { (8 * numbers.next()).rounded() / 8 }
        return (0..<count).map { _ in
            let tokens = (0...context).map { index in
                [1] + (0..<d).map { _ in eighth() } + [index == context ? 0 : eighth()]
            }
            return Prompt(tokens: tokens, label: eighth())
        }
    }

    private func batch(_ prompts: [Prompt], dimension d: Int, context: Int) -> PromptBatch {
        var batch = PromptBatch(dimension: d, context: context, count: prompts.count)
        let lanes = Int(CP_LANES)
        let size = cp_prompt_size(d, context)
        batch.withNumbers { numbers in
            for (index, prompt) in prompts.enumerated() {
                var place = index / lanes * lanes * size + index % lanes
                func put(_ number: Double) {
                    numbers[place] = Float(number)
                    place += lanes
                }
                let (query, examples) = (prompt.tokens[context], prompt.tokens.dropLast())
                for i in 1...d { put(query[i]) }
                put(prompt.label)
                guard context > 0 else { continue }
                for i in 1...d + 1 {
                    for j in 0...i { put(examples.reduce(0) { $0 + $1[i] * $1[j] }) }
                }
            }
        }
        return batch
    }

    /// What one layer makes of the last token's label slot: every token attends to every one, heads are
    /// averaged, the outcome is added to the token.
    private func prediction(_ model: AttentionModel, _ tokens: [[Double]]) -> Double {
        let size = model.dimension + 2
        let matrices = model.design.keys == .merged ? 1 : 2
        let headSize = size + matrices * size * size
        // V's rows but the last reach other slots alone.
        var others = NormalNumbers(seed: 3)
        var stream = tokens
        for h in 0..<model.design.headCount {
            let numbers = Array(model.parameters[h * headSize..<(h + 1) * headSize])
            func matrix(_ index: Int, _ row: Int, _ column: Int) -> Double {
                numbers[size + index * size * size + row * size + column]
            }
            func product(_ index: Int, _ token: [Double]) -> [Double] {
                (0..<size).map { row in
                    (0..<size).reduce(0) { $0 + matrix(index, row, $1) * token[$1] }
                }
            }
            let value =
                (0..<size - 1).map { _ in (0..<size).map { _ in others.next() } }
                + [Array(numbers[0..<size])]
            for (a, asking) in tokens.enumerated() {
                for other in tokens {
                    let pair =
                        matrices == 1
                        ? (asking, product(0, other)) : (product(0, asking), product(1, other))
                    let attention = zip(pair.0, pair.1).reduce(0) { $0 + $1.0 * $1.1 }
                    for row in 0..<size {
                        let read = zip(value[row], other).reduce(0) { $0 + $1.0 * $1.1 }
                        stream[a][row] +=
                            attention * read
                            / Double(tokens.count * model.design.headCount)
                    }
                }
            }
        }
        return stream[tokens.count - 1][size - 1]
    }

    private func loss(_ model: AttentionModel, _ prompts: [Prompt], isZeroShot: Bool) -> Double {
        prompts.reduce(0) { sum, prompt in
            let tokens = isZeroShot ? [prompt.tokens[prompt.tokens.count - 1]] : prompt.tokens
            let residual = prediction(model, tokens) - prompt.label
            return sum + residual * residual
        } / Double(prompts.count)
    }

    @Test(
        arguments: [
            (3, AttentionDesign.paper), (5, AttentionDesign.paper), (5, .paperSeparate),
            (2, AttentionDesign(.separate, headCount: 3)),
            (5, AttentionDesign(.merged, headCount: 2)),
        ], [false, true])
    func `gradients are central differences of the model written out`(
        shape: (Int, AttentionDesign), isZeroShot: Bool
    ) throws {
        let (d, design) = shape
        let prompts = prompts(dimension: d, context: 4, count: 19)
        let batch = batch(prompts, dimension: d, context: 4)
        let model = AttentionModel(design, dimension: d, scale: 0.4, seed: 2)
        var byHead = [Double](repeating: 0, count: model.headNumbers.count)
        let found = batch.addGradient(
            of: model.headNumbers, headCount: design.headCount, isZeroShot: isZeroShot,
            promptCount: 19, weight: 1, to: &byHead)
        let expected = loss(model, prompts, isZeroShot: isZeroShot)
        #expect(abs(found - expected) < 1e-12 * expected)
        let gradient = model.pulledBack(byHead)
        // The loss is a parabola in each number, so its central difference is exact but for rounding.
        for index in model.parameters.indices {
            func shifted(_ step: Double) -> Double {
                var moved = model
                moved.parameters[index] += step
                return loss(moved, prompts, isZeroShot: isZeroShot)
            }
            let slope = (shifted(0.05) - shifted(-0.05)) / 0.1
            #expect(
                abs(gradient[index] - slope) < 1e-9 * max(1, abs(slope)),
                "number \(index): \(gradient[index]), expected \(slope)")
        }
    }

    @Test func `what a design does not read stays 0 and is not trained`() throws {
        var design = AttentionDesign.paper
        design.reading.labels = false
        let model = AttentionModel(design, dimension: 2, scale: 1, seed: 0)
        // (v1, v21, v), then Q of four rows: the label's column, 3 of each.
        let channel = [7, 11, 15, 19]
        #expect(channel.allSatisfy { model.parameters[$0] == 0 })
        #expect(model.parameters.count { $0 == 0 } == 4)
        let trained = model.isTrained(.all)
        #expect(channel.allSatisfy { !trained[$0] } && trained.count(where: \.self) == 16)
        let head = try #require(model.heads.first)
        #expect(head.c == 0 && head.r.elements == [0, 0] && head.v1 != 0)
        design.reading.labels = true
        design.reading.constant = false
        #expect(AttentionModel(design, dimension: 2, scale: 1, seed: 0).heads[0].v1 == 0)
        design = .paperSeparate
        design.reading.labels = false
        // W_Q is free, W_K's last column is 0, and so is Q's.
        let separate = AttentionModel(design, dimension: 2, scale: 1, seed: 0)
        #expect(separate.parameters.count { $0 == 0 } == 4)
        #expect(separate.heads[0].c == 0 && separate.heads[0].r.elements == [0, 0])
    }

    @Test func `a target names its numbers`() throws {
        func trained(_ design: AttentionDesign, _ target: FineTuningTarget) -> [Int] {
            let model = AttentionModel(design, dimension: 1, scale: 1, seed: 0)
            return model.isTrained(target).enumerated().filter(\.element).map(\.offset)
        }
        // d = 1: v1, v21, v, then Q of nine numbers; with separate keys W_Q and W_K.
        #expect(trained(.paper, .v) == [0, 1, 2])
        #expect(trained(.paper, .q) == Array(3..<12))
        #expect(trained(.paperSeparate, .q) == Array(3..<12))
        #expect(trained(.paperSeparate, .k) == Array(12..<21))
        #expect(trained(.paperSeparate, .all) == Array(0..<21))
        // A plain model has neither v1 nor the label's row and column.
        #expect(trained(.merged, .v) == [1, 2])
        #expect(trained(.merged, .q) == [3, 4, 6, 7])
        #expect(trained(.separate, .k) == [12, 13, 15, 16])
        #expect(trained(.twoHead, .v) == [1, 2, 13, 14])
    }
}
