/// Converts pieces to text: `decoder` of a `tokenizer.json`.
struct Decoder: Sendable {
    /// One step; each takes the pieces of the one before.
    enum Step: Sendable, Equatable {
        /// Reads the letters of bytes, and joins the pieces.
        case byteLevel
        /// Reads a character as a space, or as nothing in the first piece if so configured.
        case metaspace([UInt8], dropsFirst: Bool)
        /// Reads pieces such as `<0x0A>` as bytes.
        case byteFallback
        /// Joins the pieces.
        case fuse
        case replace([UInt8], [UInt8])
        /// Removes up to this many characters of this kind from the ends of each piece.
        case strip([UInt8], start: Int, stop: Int)
    }

    /// nil where a file has no decoder: its pieces are joined with spaces.
    let steps: [Step]?

    /// Whether each piece represents bytes of its own, regardless of its position.
    var isByteLevel: Bool { steps == [.byteLevel] }

    /// The text of pieces as the file spells them.
    func text(of pieces: [[UInt8]]) -> String {
        let joined: [UInt8]
        if let steps {
            joined = steps.reduce(pieces) { $1.decoded($0) }.flatMap { $0 }
        } else {
            joined = Array(pieces.joined(separator: [UInt8(ascii: " ")]))
        }
        return String(decoding: joined, as: UTF8.self)
    }
}

extension Decoder.Step {
    fileprivate func decoded(_ pieces: [[UInt8]]) -> [[UInt8]] {
        switch self {
        case .byteLevel:
            var bytes: [UInt8] = []
            for piece in pieces { ByteAlphabet.append(meaning: piece, to: &bytes) }
            return [Array(String(decoding: bytes, as: UTF8.self).utf8)]
        case .metaspace(let character, let dropsFirst):
            return pieces.enumerated().map { index, piece in
                piece.replacing(
                    each: character, with: index == 0 && dropsFirst ? [] : Array(" ".utf8))
            }
        case .byteFallback: return Self.joiningBytes(pieces)
        case .fuse: return [Array(pieces.joined())]
        case .replace(let old, let new): return pieces.map { $0.replacing(each: old, with: new) }
        case .strip(let character, let start, let stop):
            return pieces.map { piece in
                var rest = piece[...]
                var (left, right) = (start, stop)
                while left > 0, rest.starts(with: character) {
                    rest.removeFirst(character.count)
                    left -= 1
                }
                while right > 0, rest.reversed().starts(with: character.reversed()) {
                    rest.removeLast(character.count)
                    right -= 1
                }
                return Array(rest)
            }
        }
    }

    /// In a run of bytes that is no valid text, each byte becomes U+FFFD.
    private static func joiningBytes(_ pieces: [[UInt8]]) -> [[UInt8]] {
        var result: [[UInt8]] = []
        var run: [UInt8] = []
        func finishRun() {
            let isText = String(validating: run, as: UTF8.self) != nil
            if isText, !run.isEmpty { result.append(run) }
            if !isText { result += run.map { _ in Array("\u{FFFD}".utf8) } }
            run = []
        }
        for piece in pieces {
            if let byte = byte(of: piece) {
                run.append(byte)
            } else {
                finishRun()
                result.append(piece)
            }
        }
        finishRun()
        return result
    }

    private static func byte(of piece: [UInt8]) -> UInt8? {
        guard piece.count == 6, piece.starts(with: "<0x".utf8), piece.last == UInt8(ascii: ">")
        else { return nil }
        return UInt8(String(decoding: piece[3..<5], as: UTF8.self), radix: 16)
    }
}
