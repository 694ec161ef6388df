/// Spells words in the single pieces from which merging starts: one for each byte or character.
///
/// A byte or character without a piece becomes its bytes (`<0x0A>`) where the file falls back to
/// them, else the unknown piece. Without an unknown piece it is omitted, as in Hugging Face's
/// library.
struct PieceAlphabet: Sendable {
    /// Whether a word is spelled by bytes, not by characters.
    let isOfBytes: Bool
    /// The piece of each byte, or of each ASCII character; -1 where there is none.
    private let pieces: [Int32]
    private let vocabulary: ByteStringTable
    private let fallback: [Int32]?
    private let unknown: Int32?
    private let fusesUnknown: Bool
    private let hasAll: Bool

    init(
        _ vocabulary: ByteStringTable, ofBytes isOfBytes: Bool, fallback: [Int32]?,
        unknown: Int32?, fusesUnknown: Bool
    ) {
        pieces = (0..<(isOfBytes ? 256 : 128)).map { byte in
            let letter = isOfBytes ? ByteAlphabet.letters[byte] : Unicode.Scalar(UInt8(byte))
            return Array(String(letter).utf8).withUnsafeBufferPointer(vocabulary.value) ?? -1
        }
        hasAll = isOfBytes && !pieces.contains(-1)
        self.isOfBytes = isOfBytes
        self.vocabulary = vocabulary
        self.fallback = fallback
        self.unknown = unknown
        self.fusesUnknown = fusesUnknown
    }

    /// Whether every word can be spelled without the unknown piece.
    var isComplete: Bool { hasAll || fallback?.contains(-1) == false }

    @inline(__always)
    func append(_ word: UnsafeBufferPointer<UInt8>, to result: inout [Int32]) {
        if hasAll {
            for byte in word { result.append(pieces[Int(byte)]) }
        } else {
            appendWithGaps(word, to: &result)
        }
    }

    private func appendWithGaps(
        _ word: UnsafeBufferPointer<UInt8>, to result: inout [Int32]
    ) {
        // The library writes the unknown piece late: before the next piece that is known, so after
        // bytes that are in between.
        var waits = false
        var offset = 0
        while offset < word.count {
            let length = isOfBytes ? 1 : word.scalar(at: offset).length
            let character = UnsafeBufferPointer(rebasing: word[offset..<(offset + length)])
            offset += length
            let first = Int(character[0])
            let piece = length == 1 ? pieces[first] : vocabulary.value(of: character) ?? -1
            if piece >= 0 {
                if waits, let unknown { result.append(unknown) }
                waits = false
                result.append(piece)
            } else if let fallback, character.allSatisfy({ fallback[Int($0)] >= 0 }) {
                for byte in character { result.append(fallback[Int(byte)]) }
            } else {
                if waits, !fusesUnknown, let unknown { result.append(unknown) }
                waits = true
            }
        }
        if waits, let unknown { result.append(unknown) }
    }
}
