/// Turns ids into text as they come, in whole characters.
///
/// All the text it gives, joined, is what `decode` gives for all the ids at once.
public struct StreamingDecoder: Sendable {
    private let tokenizer: ByteLevelTokenizer
    /// The beginning of a character that is not there in whole yet.
    private var pending: [UInt8] = []

    public init(_ tokenizer: ByteLevelTokenizer) { self.tokenizer = tokenizer }

    /// The text that the id completes; empty while a character is not there in whole.
    ///
    /// - Throws: `TokenizerError` if the id is not in the vocabulary.
    public mutating func append(_ id: Int32) throws -> String {
        pending += try tokenizer.bytes(of: id)
        let end = pending.count - Self.openCount(of: pending)
        defer { pending.removeFirst(end) }
        return String(decoding: pending[..<end], as: UTF8.self)
    }

    /// The text of what is left at the end: U+FFFD if a character was begun.
    public mutating func finish() -> String {
        defer { pending = [] }
        return String(decoding: pending, as: UTF8.self)
    }

    /// How many bytes at the end begin a character that further bytes may complete.
    private static func openCount(of bytes: [UInt8]) -> Int {
        for count in 1..<4 where count <= bytes.count {
            let first = bytes[bytes.count - count]
            if first & 0xC0 == 0x80 { continue }
            let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
            guard first >= 0xC2, first <= 0xF4, count < length else { return 0 }
            return count == 1 || mayFollow(bytes[bytes.count - count + 1], first) ? count : 0
        }
        return 0
    }

    /// Whether the second byte is possible after the first (Unicode Standard, table 3-7).
    private static func mayFollow(_ second: UInt8, _ first: UInt8) -> Bool {
        switch first {
        case 0xE0: second >= 0xA0
        case 0xED: second <= 0x9F
        case 0xF0: second >= 0x90
        case 0xF4: second <= 0x8F
        default: true
        }
    }
}
