import TestSupport
import Transformer

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
