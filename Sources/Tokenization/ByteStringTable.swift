/// A hash table from byte strings to numbers, in one block of memory.
///
/// The hash has a new seed for each table, so that no file can make all strings collide. No output
/// depends on the seed.
struct ByteStringTable: Sendable {
    /// The number of strings.
    private(set) var count = 0
    /// The bytes of all strings.
    var byteCount: Int { bytes.count }

    private var bytes: [UInt8] = []
    /// Where string i begins; one more entry ends the last.
    private var starts: [Int] = [0]
    private var values: [Int32] = []
    /// Half a hash and the index of the string plus one; zero is a free slot.
    private var slots: [UInt64]
    private let seed = UInt64.random(in: .min ... .max)

    init(capacity: Int = 0) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        slots = Array(repeating: 0, count: size)
        starts.reserveCapacity(capacity + 1)
        values.reserveCapacity(capacity)
    }

    /// The number of the string; nil where the table does not have it.
    func value(of string: UnsafeBufferPointer<UInt8>) -> Int32? {
        let slot = slots[slot(of: string, hash: hash(string))]
        return slot == 0 ? nil : values[Int(truncatingIfNeeded: slot & 0xFFFF_FFFF) - 1]
    }

    /// Adds the string if it is new.
    ///
    /// - Returns: the number that it already had, nil if it is new.
    mutating func insert(_ string: UnsafeBufferPointer<UInt8>, value: Int32) -> Int32? {
        let hash = hash(string)
        let slot = slot(of: string, hash: hash)
        if slots[slot] != 0 {
            return values[Int(truncatingIfNeeded: slots[slot] & 0xFFFF_FFFF) - 1]
        }
        bytes.append(contentsOf: string)
        starts.append(bytes.count)
        values.append(value)
        count += 1
        slots[slot] = hash & 0xFFFF_FFFF_0000_0000 | UInt64(count)
        if count * 2 > slots.count { grow() }
        return nil
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        starts.append(0)
        for slot in slots.indices { slots[slot] = 0 }
        count = 0
    }

    /// Runs `body` with every string and its number, in the order of insertion.
    func forEach(_ body: (UnsafeBufferPointer<UInt8>, Int32) throws -> Void) rethrows {
        try bytes.withUnsafeBufferPointer { bytes in
            for index in 0..<count {
                try body(
                    UnsafeBufferPointer(rebasing: bytes[starts[index]..<starts[index + 1]]),
                    values[index])
            }
        }
    }
}

extension ByteStringTable {
    /// The slot that has the string, or the free one where it belongs.
    private func slot(of string: UnsafeBufferPointer<UInt8>, hash: UInt64) -> Int {
        let mask = slots.count - 1
        var position = Int(truncatingIfNeeded: hash >> 32) & mask
        while slots[position] != 0 {
            let slot = slots[position]
            if (slot ^ hash) >> 32 == 0,
                self[Int(truncatingIfNeeded: slot & 0xFFFF_FFFF) - 1, equals: string]
            {
                return position
            }
            position = (position + 1) & mask
        }
        return position
    }

    private subscript(index: Int, equals string: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = starts[index]
        guard starts[index + 1] - start == string.count else { return false }
        return bytes.withUnsafeBufferPointer { bytes in
            for offset in 0..<string.count where bytes[start + offset] != string[offset] {
                return false
            }
            return true
        }
    }

    private mutating func grow() {
        var larger = [UInt64](repeating: 0, count: slots.count * 2)
        let mask = larger.count - 1
        for slot in slots where slot != 0 {
            var position = Int(truncatingIfNeeded: slot >> 32) & mask
            while larger[position] != 0 { position = (position + 1) & mask }
            larger[position] = slot
        }
        slots = larger
    }

    /// Eight bytes at a time, each step a multiplication to 128 bits folded to 64.
    private func hash(_ string: UnsafeBufferPointer<UInt8>) -> UInt64 {
        let raw = UnsafeRawBufferPointer(string)
        var hash = seed ^ UInt64(string.count)
        var offset = 0
        while offset + 8 <= raw.count {
            hash = mixed(hash ^ raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < raw.count {
            rest = rest << 8 | UInt64(raw[offset])
            offset += 1
        }
        return mixed(mixed(hash ^ rest))
    }
}

/// The two halves of a product with an odd constant, added without carry.
@inline(__always)
func mixed(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return product.high ^ product.low
}
