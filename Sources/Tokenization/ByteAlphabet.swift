/// The spelling of bytes in files: each is a letter, so that every piece is readable text.
///
/// The visible bytes of Latin-1 represent themselves; the others, in order, are U+0100 and on: a
/// space is `Ġ`, a line feed `Ċ`. From GPT-2's `bytes_to_unicode` (openai/gpt-2, encoder.py).
enum ByteAlphabet {
    /// The letter of each byte.
    static let letters: [Unicode.Scalar] = {
        var next: UInt32 = 0x100
        return (UInt8.min...UInt8.max).map { byte in
            switch byte {
            case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return Unicode.Scalar(byte)
            default:
                defer { next += 1 }
                return Unicode.Scalar(next) ?? Unicode.Scalar(byte)
            }
        }
    }()

    /// The byte of each letter, by the letter's number; -1 where the number belongs to no letter.
    private static let bytes: [Int16] = {
        var bytes = [Int16](repeating: -1, count: 0x144)
        for (byte, letter) in letters.enumerated() { bytes[Int(letter.value)] = Int16(byte) }
        return bytes
    }()

    /// The UTF-8 text that spells these bytes.
    static func spelled(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        bytes.flatMap { spellings[Int($0)] }
    }

    private static let spellings = letters.map { Array(String($0).utf8) }

    /// Adds the bytes that the UTF-8 text spells, if it is made of letters only.
    ///
    /// - Returns: whether it is; if not, nothing was added.
    static func append(spelled text: UnsafeBufferPointer<UInt8>, to result: inout [UInt8]) -> Bool {
        let start = result.count
        var offset = 0
        while offset < text.count {
            var letter = Int(text[offset])
            offset += 1
            if letter >= 0xC2, letter <= 0xC5, offset < text.count {
                letter = (letter & 0x1F) << 6 | Int(text[offset] & 0x3F)
                offset += 1
            } else if letter >= 0x80 {
                letter = 0  // no letter
            }
            let byte = letter < bytes.count ? bytes[letter] : -1
            guard byte >= 0 else {
                result.removeSubrange(start...)
                return false
            }
            result.append(UInt8(byte))
        }
        return true
    }

    /// Adds the bytes that a piece spells, or its own where it does not spell any.
    static func append(meaning piece: [UInt8], to result: inout [UInt8]) {
        let isSpelled = piece.withUnsafeBufferPointer { append(spelled: $0, to: &result) }
        if !isSpelled { result.append(contentsOf: piece) }
    }
}
