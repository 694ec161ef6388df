/// Characters that need no lookup in Unicode's tables.
///
/// All are older than Unicode 13, are in form C, keep their position among marks, and never compose
/// with a character before them. Nearly all characters of western, Cyrillic, Chinese, Japanese and
/// Korean text are among them.
enum CommonCharacters {
    static let ranges: [ClosedRange<UInt32>] = [
        0x0000...0x02FF, 0x03A3...0x0482, 0x048A...0x052F, 0x0620...0x064A, 0x2010...0x2064,
        0x20A0...0x20BF, 0x2190...0x2328, 0x2460...0x2ADB, 0x3002...0x3029, 0x3041...0x3094,
        0x309B...0x30FF, 0x4E00...0x9FEF, 0xAC00...0xD7A3, 0xFF01...0xFFBE, 0x1F300...0x1F6D5,
    ]

    /// Whether the text has no other characters.
    static func fill(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let raw = UnsafeRawBufferPointer(text)
        var offset = 0
        while offset < raw.count {
            if offset + 8 <= raw.count,
                raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self) & 0x8080_8080_8080_8080
                    == 0
            {
                offset += 8
                continue
            }
            let first = raw[offset]
            if first < 0xCC {  // up to U+02FF
                offset += first < 0x80 ? 1 : 2
                continue
            }
            let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
            guard offset + length <= raw.count else { return false }
            var scalar = UInt32(first) & (length == 2 ? 0x1F : length == 3 ? 0x0F : 0x07)
            for byte in raw[(offset + 1)..<(offset + length)] {
                scalar = scalar << 6 | UInt32(byte & 0x3F)
            }
            guard ranges.contains(where: { $0.contains(scalar) }) else { return false }
            offset += length
        }
        return true
    }
}
