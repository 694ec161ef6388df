/// The merges: two pieces, the merged piece, and its rank.
struct MergeTable: Sendable {
    /// A merge: the rank above, the id of the new piece below; the smallest value goes first.
    typealias Merge = UInt64

    /// The value for a pair without a merge.
    static let none = Merge.max

    private var slots: [(pair: UInt64, merge: Merge)]
    private let seed = UInt64.random(in: .min ... .max)

    init(capacity: Int) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        slots = Array(repeating: (0, Self.none), count: size)
    }

    static func piece(of merge: Merge) -> Int32 { Int32(truncatingIfNeeded: merge & 0x7FFF_FFFF) }
    static func rank(of merge: Merge) -> Int { Int(truncatingIfNeeded: merge >> 32) }

    /// The merge of `left` and `right`, or `none`.
    func merge(_ left: Int32, _ right: Int32) -> Merge { slots[slot(of: pair(left, right))].merge }

    /// Sets the merge of a pair; of two merges of a pair the later one counts.
    ///
    /// The number of pairs must not exceed the capacity.
    mutating func set(_ left: Int32, _ right: Int32, rank: Int, piece: Int32) {
        let pair = pair(left, right)
        slots[slot(of: pair)] = (pair, UInt64(rank) << 32 | UInt64(UInt32(bitPattern: piece)))
    }

    private func pair(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    /// The slot that has the pair, or the free one where it belongs.
    private func slot(of pair: UInt64) -> Int {
        let mask = slots.count - 1
        var position = Int(truncatingIfNeeded: mixed(mixed(pair ^ seed)) >> 20) & mask
        while slots[position].merge != Self.none, slots[position].pair != pair {
            position = (position + 1) & mask
        }
        return position
    }
}
