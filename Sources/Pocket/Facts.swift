import Basics
import Benchmarks

/// The table of facts: the value of each item under each relation, all values equally likely.
public struct Facts: Hashable, Sendable {
    /// By item, then by relation: the index of the word in the relation's values.
    private let valueIndices: [[Int]]

    init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed, for: ["facts"])
        valueIndices = World.items.map { _ in
            Relation.allCases.map { generator.index(below: $0.values.count) }
        }
    }

    /// The word that an item has under a relation.
    ///
    /// - Parameter item: an index in `World.items`.
    public func value(of item: Int, under relation: Relation) -> String {
        relation.values[valueIndices[item][relation.index]]
    }
}
