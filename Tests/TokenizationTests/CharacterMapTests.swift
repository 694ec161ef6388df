import Foundation
import TestSupport
import Testing

@testable import Tokenization

/// Tables of a SentencePiece model that lead nowhere.
@Suite struct CharacterMapTests {
    /// A trie whose nodes have blocks of 256 units of their own.
    private struct Trie {
        var units: [UInt32]
        var texts: [UInt8]

        /// A way along `key`, at whose marked bytes, and end, a key ends.
        init(_ key: [UInt8], texts: String, endings: Set<Int> = [], value: UInt32 = 0) {
            units = [UInt32](repeating: 0, count: 256 * (key.count + 2))
            units[0] = 256 << 10
            // No way leads on by a zero byte.
            for block in 1...key.count { units[256 * block] = 1 }
            for (index, byte) in key.enumerated() {
                let place = UInt32(256 * (index + 1)) ^ UInt32(byte)
                let base = UInt32(256 * (index + 2))
                let ends = index == key.count - 1 || endings.contains(index)
                units[Int(place)] = (place ^ base) << 10 | UInt32(byte) | (ends ? 1 << 8 : 0)
                if ends { units[Int(base)] = 1 << 31 | value }
            }
            self.texts = Array(texts.utf8)
        }

        var bytes: [UInt8] {
            func little(_ number: UInt32) -> [UInt8] {
                (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
            }
            return little(UInt32(4 * units.count)) + units.flatMap(little) + texts
        }

        func changed(_ change: (inout Trie) -> Void) -> Trie {
            var trie = self
            change(&trie)
            return trie
        }
    }

    private static let ligature = Array("\u{FB01}".utf8)
    private static let good = Trie(ligature, texts: "fi\0")

    /// A small model with a map: of a field that occurs twice the messages are joined.
    private static func model(_ map: [UInt8]) throws -> Data {
        func length(_ count: Int) -> [UInt8] {
            count < 128
                ? [UInt8(count)] : [UInt8(count & 127 | 128)] + length(count >> 7)
        }
        let spec = [0x12] + length(map.count) + map
        return try SmallSentencePiece.bytes() + [0x1A] + length(spec.count) + spec
    }

    @Test func `a whole map is used`() throws {
        #expect(CharacterMap.problem(in: Self.good.bytes[...]) == nil)
        let tokenizer = try SentencePieceTokenizer(
            model: Self.model(Self.good.bytes), name: "tokenizer.model")
        #expect(try tokenizer.decode(tokenizer.encode("of \u{FB01}sh")) == "of fish")
    }

    @Test(arguments: [
        ([0, 0, 0, 0], "has 4 bytes, too few for a size"),
        ([4, 0, 0, 0, 0, 252, 255, 255], "declares a trie of 4 bytes among 8"),
        ([4, 0, 0, 0, 0, 252, 255, 255, 0], "leads outside of its trie of 1 units"),
        (
            good.changed { $0.units[0] = 0x7FFF_FC00 }.bytes,
            "leads outside of its trie of 1280 units"
        ),
        (
            good.changed { $0.units[256 ^ 0xEF] |= 1 << 9 }.bytes,
            "leads outside of its trie of 1280 units"
        ),
        (Trie(ligature, texts: "fi\0", value: 3).bytes, "names a text beyond its 3 bytes"),
        (Trie(ligature, texts: "fi").bytes, "has a last text without an end"),
        (
            good.changed { $0.texts = [0xFF, 0] }.bytes, "writes what is not UTF-8"
        ),
        (
            Trie(ligature, texts: String(repeating: "f", count: 2000) + "\0").bytes,
            "writes 2000 bytes for a few"
        ),
        (
            // The second byte leads back to the root's children.
            good.changed {
                let place = UInt32(512 ^ 0xAC)
                $0.units[Int(place)] = (place ^ 256) << 10 | 0xAC
            }.bytes, "leads round in a circle"
        ),
        (
            Trie([UInt8](repeating: 97, count: 33), texts: "b\0", endings: Set(0..<33)).bytes,
            "has more than 32 keys that begin one text"
        ),
    ])
    func `a map that leads out of itself is refused`(map: [UInt8], words: String) throws {
        #expect(CharacterMap.problem(in: map[...]) == words)
        let model = try Self.model(map)
        expectRefusal(
            "tokenizer.model: a SentencePiece model was to be read, but it has a "
                + "precompiled_charsmap that \(words); a model that SentencePiece trained would be right."
        ) { try SentencePieceTokenizer(model: model, name: "tokenizer.model") }
    }

    @Test func `32 keys that begin one text are few enough, and shared ends are no circle`() throws
    {
        let many = Trie([UInt8](repeating: 97, count: 32), texts: "b\0", endings: Set(0..<32))
        #expect(CharacterMap.problem(in: many.bytes[...]) == nil)
        let shared = Self.good.changed {
            let place = UInt32(256 ^ 0x41)
            $0.units[Int(place)] = (place ^ 512) << 10 | 0x41
        }
        #expect(CharacterMap.problem(in: shared.bytes[...]) == nil)
    }
}
