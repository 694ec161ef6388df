extension UnsafeBufferPointer<UInt8> {
    /// The scalar that begins at the offset, and its number of bytes; the text is well-formed.
    @inline(__always)
    func scalar(at offset: Int) -> (scalar: Unicode.Scalar, length: Int) {
        let first = UInt32(self[offset])
        if first < 0x80 { return (Unicode.Scalar(UInt8(first)), 1) }
        let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        var value = first & (0xFF >> UInt32(length + 1))
        for index in (offset + 1)..<Swift.min(offset + length, count) {
            value = value << 6 | UInt32(self[index] & 0x3F)
        }
        return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
    }

    /// The first range of these bytes, from the offset on; nil where they do not occur.
    func firstRange(of bytes: [UInt8], from start: Int) -> Range<Int>? {
        guard let first = bytes.first else { return nil }
        var offset = start
        while offset + bytes.count <= count {
            if self[offset] == first, self[offset..<(offset + bytes.count)].elementsEqual(bytes) {
                return offset..<(offset + bytes.count)
            }
            offset += 1
        }
        return nil
    }
}

extension [UInt8] {
    /// The bytes, with each occurrence of the old ones replaced by the new ones.
    ///
    /// The standard `replacing` prepares a search each time, which takes longer than the search in a piece.
    func replacing(each old: [UInt8], with new: [UInt8]) -> [UInt8] {
        withUnsafeBufferPointer { text in
            var result: [UInt8] = []
            var end = 0
            while let range = text.firstRange(of: old, from: end) {
                result.append(contentsOf: text[end..<range.lowerBound])
                result.append(contentsOf: new)
                end = range.upperBound
            }
            return end == 0 ? self : result + text[end...]
        }
    }
}
