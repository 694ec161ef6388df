/// Checks the tables by which a SentencePiece model rewrites text before it encodes it.
///
/// libsentencepiece 0.1.97 reads `precompiled_charsmap` without checking its bounds: a damaged one
/// makes it read out of bounds. Layout: 4 bytes with the trie's size in bytes, a double array of
/// 4-byte units, then texts, each ended by a zero byte. Source: google/sentencepiece,
/// `normalizer.cc` and `third_party/darts_clone/darts.h`.
struct CharacterMap {
    private let units: [UInt32]
    private let texts: ArraySlice<UInt8>

    /// Bytes; those of SentencePiece have less than half a million.
    private static let longest = 1 << 24
    /// libsentencepiece keeps at most this many keys that begin a text.
    private static let mostKeysOnPath = 32
    /// Bytes; Unicode's longest is 33.
    private static let longestText = 1024

    /// The problem with a map, as the end of "a map that …"; nil where it can be used.
    static func problem(in map: ArraySlice<UInt8>) -> String? {
        if map.isEmpty { return nil }
        guard map.count <= longest else { return "has \(map.count) bytes" }
        guard map.count > 4 else { return "has \(map.count) bytes, too few for a size" }
        let size = map.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard size > 0, size % 4 == 0, size < map.count - 4 else {
            return "declares a trie of \(size) bytes among \(map.count)"
        }
        let trie = Array(map.dropFirst(4).prefix(size))
        let units = trie.withUnsafeBytes { bytes in
            (0..<size / 4).map {
                UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self))
            }
        }
        let map = CharacterMap(units: units, texts: map.dropFirst(4 + size))
        return map.problemOfTexts ?? map.problemOfTrie
    }

    private var problemOfTexts: String? {
        guard texts.last == 0 else { return "has a last text without an end" }
        let all = texts.split(separator: 0, omittingEmptySubsequences: true)
        if let long = all.first(where: { $0.count > Self.longestText }) {
            return "writes \(long.count) bytes for a few"
        }
        return all.allSatisfy { String(validating: $0, as: UTF8.self) != nil }
            ? nil : "writes what is not UTF-8"
    }

    /// A node whose children are being visited.
    private struct Visit {
        let base: Int
        /// Whether a key ends where the node was entered.
        let endsKey: Bool
        var byte = 0
        /// The largest number of keys that end below it, on one path.
        var most = 0
    }

    /// Whether every text leads only to units of the array, through few enough keys, and to valid
    /// texts.
    ///
    /// Every node is visited once: nodes may share their children, and none may be its own
    /// descendant.
    private var problemOfTrie: String? {
        let outside = "leads outside of its trie of \(units.count) units"
        // For each node: 0 not visited, 1 being visited, from 2 on the largest number of keys below
        // it.
        var states = [UInt8](repeating: 0, count: units.count)
        var stack: [Visit] = []
        func isInside(_ base: Int) -> Bool { base | 0xFF < units.count }

        let root = Self.offset(units[0])
        guard isInside(root) else { return outside }
        stack.append(Visit(base: root, endsKey: false))
        states[root] = 1
        while var visit = stack.popLast() {
            var child: Visit?
            while visit.byte < 256, child == nil {
                let place = visit.base ^ visit.byte
                let unit = units[place]
                let label = UInt32(visit.byte)
                visit.byte += 1
                guard unit & (1 << 31 | 0xFF) == label else { continue }
                let base = place ^ Self.offset(unit)
                guard isInside(base) else { return outside }
                let endsKey = unit >> 8 & 1 == 1
                if endsKey, Int(units[base] & 0x7FFF_FFFF) >= texts.count {
                    return "names a text beyond its \(texts.count) bytes"
                }
                switch states[base] {
                case 0: child = Visit(base: base, endsKey: endsKey)
                case 1: return "leads round in a circle"
                case let seen: visit.most = max(visit.most, Int(seen) - 2 + (endsKey ? 1 : 0))
                }
            }
            guard visit.most <= Self.mostKeysOnPath else {
                return "has more than \(Self.mostKeysOnPath) keys that begin one text"
            }
            if let child {
                stack += [visit, child]
                states[child.base] = 1
            } else {
                states[visit.base] = UInt8(2 + visit.most)
                if let parent = stack.indices.last {
                    stack[parent].most = max(
                        stack[parent].most, visit.most + (visit.endsKey ? 1 : 0))
                }
            }
        }
        return nil
    }

    /// The distance of a unit's children from it.
    private static func offset(_ unit: UInt32) -> Int {
        Int((unit >> 10) << ((unit & 1 << 9) >> 6))
    }
}

// MARK: In a model

extension CharacterMap {
    /// The problem with the maps of a model file. nil where they can be used, and where the library
    /// will report that the file is no model.
    ///
    /// - Parameter model: a `ModelProto` of `sentencepiece_model.proto`
    static func problem(inModel model: [UInt8]) -> String? {
        // normalizer_spec and denormalizer_spec; of a field that occurs twice both may count.
        for spec in fields([3, 5], of: model[...]) ?? [] {
            for map in fields([2], of: spec) ?? [] {
                if let problem = problem(in: map) {
                    return "has a precompiled_charsmap that \(problem)"
                }
            }
        }
        return nil
    }

    /// The contents of some of a message's fields with a length; nil where it is no message.
    ///
    /// Source: protobuf.dev, "Encoding".
    private static func fields(
        _ numbers: Set<UInt64>, of message: ArraySlice<UInt8>
    ) -> [ArraySlice<UInt8>]? {
        var rest = message
        func number() -> UInt64? {
            var value: UInt64 = 0
            for shift in stride(from: 0, to: 70, by: 7) {
                guard let byte = rest.popFirst() else { return nil }
                value |= UInt64(byte & 0x7F) << UInt64(shift)
                if byte < 0x80 { return value }
            }
            return nil
        }
        var found: [ArraySlice<UInt8>] = []
        while !rest.isEmpty {
            guard let tag = number() else { return nil }
            let length: UInt64
            switch tag & 7 {
            case 0:
                guard number() != nil else { return nil }
                continue
            case 1: length = 8
            case 2:
                guard let stated = number() else { return nil }
                length = stated
            // A group begins or ends: its contents are read too, and nothing is missed.
            case 3, 4: continue
            case 5: length = 4
            default: return nil
            }
            guard length <= UInt64(rest.count) else { return nil }
            // A tag has 32 bits.
            if tag & 7 == 2, numbers.contains(tag >> 3 & 0x1FFF_FFFF) {
                found.append(rest.prefix(Int(length)))
            }
            rest = rest.dropFirst(Int(length))
        }
        return found
    }
}
