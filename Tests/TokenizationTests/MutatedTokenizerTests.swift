import Foundation
import TestSupport
import Testing

@testable import Tokenization

/// Damaged files: read or refused with the file's name, never a crash or a hang.
@Suite struct MutatedTokenizerTests {
    private static let count = Fixture.runsLongTests ? 100_000 : 500

    @Test(arguments: SmallByteLevel.allCases)
    func `a damaged file is read or refused by name`(small: SmallByteLevel) throws {
        let whole = try small.bytes()
        var random = Steps(state: 2026)
        var readCount = 0
        for _ in 0..<Self.count {
            let damaged = mutated(whole, by: &random)
            do {
                let tokenizer = try ByteLevelTokenizer(json: damaged, name: "damaged.json")
                readCount += 1
                let ids = try tokenizer.encode("the heart's\n\n  12 é <|im_end|> word")
                _ = try tokenizer.decode(ids)
            } catch {
                #expect("\(error)".hasPrefix("damaged.json: "), "\(error)")
            }
        }
        #expect(readCount > 0)
        #expect(readCount < Self.count)
    }

    /// One to three changes: a byte, a stretch gone, a stretch twice, the end gone.
    private func mutated(_ whole: [UInt8], by random: inout Steps) -> [UInt8] {
        let syntax = Array("[]{},:\"\\0-9(*+?".utf8)
        var bytes = whole
        for _ in 0...Int.random(in: 0..<3, using: &random) {
            let place = Int.random(in: 0..<max(bytes.count, 1), using: &random)
            let end = min(bytes.count, place + Int.random(in: 1..<30, using: &random))
            guard place < end else { continue }
            switch Int.random(in: 0..<8, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.removeSubrange(place..<end)
            case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 3: bytes.removeSubrange(place...)
            case 4: bytes[place] = syntax.randomElement(using: &random) ?? 0
            default: bytes[place] = UInt8.random(in: 32...126, using: &random)
            }
        }
        return bytes
    }
}

/// SplitMix64, so that a failure comes again.
private struct Steps: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
