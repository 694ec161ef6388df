import Basics
import Benchmarks

/// Damages files for fuzz tests: the same seed does the same damage.
public struct Mutator {
    private var random: SeededGenerator
    private var bytes: [UInt8] = []

    public init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// A file after one to three changes.
    public mutating func mutated(_ whole: [UInt8]) -> [UInt8] {
        bytes = whole
        for _ in 0...random.index(below: 3) where !bytes.isEmpty { change() }
        return bytes
    }

    /// A safetensors file, mostly damaged in its header, whose length is then made to fit.
    public mutating func mutated(safetensors whole: [UInt8]) -> [UInt8] {
        guard whole.count > 8 else { return mutated(whole) }
        let length = whole[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        let start = min(8 + length, whole.count)
        switch random.index(below: 8) {
        case 0: return mutated(whole)
        case 1:
            let word = choice(of: [0, 1, 7, 99_999_999, 1 << 31, 1 << 63, UInt64.max])
            return Self.littleEndian(word) + whole[8...]
        default:
            let header = mutated(Array(whole[8..<start]))
            return Self.littleEndian(UInt64(header.count)) + header + whole[start...]
        }
    }

    private static func littleEndian(_ word: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
    }

    private mutating func choice<Element>(of elements: [Element]) -> Element {
        elements[random.index(below: elements.count)]
    }
}

extension Mutator {
    private enum Change: CaseIterable {
        case bit, byte, syntax, end, insertion, deletion, repetition
        case number, kind, depth, key, length, start
    }

    private mutating func change() {
        let place = random.index(below: bytes.count)
        let stretch = place..<min(bytes.count, place + 1 + random.index(below: 40))
        // Numbers more often than the rest: a file has many, and each may be a size.
        switch random.index(below: 6) == 0 ? .number : choice(of: Change.allCases) {
        case .bit: bytes[place] ^= 1 << random.index(below: 8)
        case .byte: bytes[place] = UInt8(random.index(below: 256))
        case .syntax: bytes[place] = choice(of: Array("[]{},:\"\\0-9(*+?\n\r\t\0".utf8))
        case .end: bytes.removeSubrange(place...)
        case .insertion:
            let more = (0...random.index(below: 20)).map { _ in UInt8(random.index(below: 256)) }
            bytes.insert(contentsOf: more, at: place)
        case .deletion: bytes.removeSubrange(stretch)
        case .repetition: bytes.insert(contentsOf: bytes[stretch], at: place)
        case .number: changeNumber(after: place)
        case .kind: if let value = value(after: place) { replace(value, choice(of: Self.values)) }
        case .depth: if let value = value(after: place) { replace(value, nested()) }
        case .key: repeatMember(after: place)
        case .length: lengthenText(after: place)
        case .start: bytes = choice(of: Self.starts) + bytes.dropFirst(random.index(below: 2) * 8)
        }
    }

    private static let values = [
        "null", "true", "0", "-1.5", "\"x\"", "[]", "{}", "[[]]", "{\"a\":1}", "[1,\"a\",null]",
    ]

    private static let numbers = [
        "-1", "0", "-0", "1", "0.5", "65536", "1000000000", "2147483647", "2147483648",
        "-2147483649", "4294967296", "4611686018427387904", "9223372036854775807",
        "9223372036854775808", "-9223372036854775809", "18446744073709551616", "1e18", "1e308",
        "1e309", "-1e309", "1e-400", "NaN", "Infinity", "1e", "00",
    ]

    /// What files of other kinds begin with.
    private static let starts: [[UInt8]] = [
        Array("version https://git-lfs.github.com/spec/v1\nsize 9223372036854775808\n".utf8),
        Array("<!DOCTYPE html>".utf8), Array("<?xml ".utf8), Array("GGUF\u{3}\0\0\0".utf8),
        Array("PK\u{3}\u{4}archive/data.pkl".utf8), [0x80, 2], [0x80, 5, 0x7B, 0, 0, 0, 0, 0],
        [0x1F, 0x8B, 8], [0xFF, 0xFE], [0xFE, 0xFF, 0], [0, 0x7B, 0, 0x22], [0xEF, 0xBB, 0xBF],
    ]

    private mutating func replace(_ range: Range<Int>, _ text: String) {
        bytes.replaceSubrange(range, with: Array(text.utf8))
    }

    private mutating func changeNumber(after place: Int) {
        guard let start = first("0123456789-", after: place) else { return }
        let end = first("0123456789-+.eE", from: start, isWanted: false) ?? bytes.count
        replace(start..<end, choice(of: Self.numbers))
    }

    /// Containers in one another, some of them never closed.
    private mutating func nested() -> String {
        let depth = choice(of: [60, 65, 513, 100_000])
        switch random.index(below: 4) {
        case 0: return String(repeating: "[", count: depth)
        case 1: return String(repeating: "{\"a\":", count: depth)
        case 2:
            return String(repeating: "{\"a\":", count: depth) + "1"
                + String(repeating: "}", count: depth)
        default:
            return String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
    }

    /// A name of an object a second time, with its own value or another.
    private mutating func repeatMember(after place: Int) {
        guard let colon = first(":", after: place),
            let close = bytes[..<colon].lastIndex(of: UInt8(ascii: "\"")),
            let open = bytes[..<close].lastIndex(of: UInt8(ascii: "\"")),
            let value = value(after: colon)
        else { return }
        let name = Array(bytes[open...close])
        let other = Array(choice(of: Self.values).utf8)
        let second = random.index(below: 2) == 0 ? Array(bytes[value]) : other
        bytes.insert(contentsOf: name + Array(":".utf8) + second + Array(",".utf8), at: open)
    }

    private mutating func lengthenText(after place: Int) {
        guard let quote = first("\"", after: place) else { return }
        let text = choice(of: ["a", "é", "\\u0041", "\\\"", "0", " "])
        let more = String(repeating: text, count: choice(of: [1_000, 50_000]))
        bytes.insert(contentsOf: Array(more.utf8), at: quote + 1)
    }
}

/// Finding places in a file that is JSON, or was.
extension Mutator {
    private func first(_ wanted: String, after place: Int) -> Int? {
        first(wanted, from: place, isWanted: true) ?? first(wanted, from: 0, isWanted: true)
    }

    private func first(_ listed: String, from place: Int, isWanted: Bool) -> Int? {
        let listed = Array(listed.utf8)
        return bytes[place...].firstIndex { listed.contains($0) == isWanted }
    }

    /// Where the value stands that follows the next colon, comma or bracket.
    private func value(after place: Int) -> Range<Int>? {
        guard let before = first(":,[", after: place),
            let start = first(" \n", from: before + 1, isWanted: false)
        else { return nil }
        var depth = 0
        var isInText = false
        var end = start
        while end < bytes.count {
            let byte = bytes[end]
            if isInText {
                if byte == UInt8(ascii: "\\") { end += 1 }
                if byte == UInt8(ascii: "\"") { isInText = false }
            } else {
                let isComma = byte == UInt8(ascii: ",")
                if depth == 0, isComma || "]}".utf8.contains(byte) { break }
                if "[{".utf8.contains(byte) { depth += 1 }
                if "]}".utf8.contains(byte) { depth -= 1 }
                isInText = byte == UInt8(ascii: "\"")
            }
            end += 1
        }
        return start..<min(end, bytes.count)
    }
}
