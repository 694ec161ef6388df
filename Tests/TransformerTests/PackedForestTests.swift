import TestSupport
import Testing
import Transformer

/// The bookkeeping of segments.
@Suite struct PackedForestTests {
    private var forest: PackedForest {
        var forest = PackedForest()
        let root = forest.append([1, 2, 3])
        let child = forest.append([4, 5], under: root)
        forest.append([6], under: child)
        forest.append([7, 8], under: root)
        forest.append([9])
        return forest
    }

    @Test func `segments know their tokens, positions and descendants`() {
        #expect(forest.tokens == [1, 2, 3, 4, 5, 6, 7, 8, 9])
        #expect(forest.segments.map(\.range) == [0..<3, 3..<5, 5..<6, 6..<8, 8..<9])
        #expect(forest.segments.map(\.startPosition) == [0, 3, 5, 3, 0])
        #expect(forest.segments.map(\.parent) == [nil, 0, 1, 0, nil])
        #expect(forest.segments.map(\.subtreeEnd) == [8, 6, 6, 8, 9])
        #expect(forest.ancestors(of: 2) == [1, 0])
        #expect(forest.path(to: 2) == [1, 2, 3, 4, 5, 6])
        #expect(forest.path(to: 3) == [1, 2, 3, 7, 8])
    }

    @Test func `a pass continues positions from the parent's end`() {
        #expect(forest.pass.positions == [0, 1, 2, 3, 4, 5, 3, 4, 0])
        #expect(
            forest.pass.blocks == [
                .init(queries: 0..<3, keys: 0..<3, isCausal: true),
                .init(queries: 3..<5, keys: 3..<5, isCausal: true),
                .init(queries: 5..<6, keys: 5..<6, isCausal: true),
                .init(queries: 6..<8, keys: 6..<8, isCausal: true),
                .init(queries: 8..<9, keys: 8..<9, isCausal: true),
                .init(queries: 3..<8, keys: 0..<3),
                .init(queries: 5..<6, keys: 3..<5),
            ])
    }

    @Test func `a token is predicted by the one before it in its sequence`() {
        #expect(forest.predictor(ofTokenAt: 0, in: 0) == nil)
        #expect(forest.predictor(ofTokenAt: 2, in: 0) == 1)
        #expect(forest.predictor(ofTokenAt: 0, in: 1) == 2)
        #expect(forest.predictor(ofTokenAt: 0, in: 3) == 2)
        #expect(forest.predictor(ofTokenAt: 1, in: 3) == 6)
        #expect(forest.predictor(ofTokenAt: 0, in: 2) == 4)
        #expect(forest.predictor(ofTokenAt: 0, in: 4) == nil)
    }

    @Test func `a segment goes under the last one or an ancestor of it`() async {
        await #expect(processExitsWith: .failure) {
            var forest = PackedForest(roots: [[1], [2]])
            forest.append([3], under: 0)
        }
        await #expect(processExitsWith: .failure) {
            var forest = PackedForest()
            forest.append([])
        }
    }
}
