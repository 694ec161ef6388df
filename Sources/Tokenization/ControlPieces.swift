internal import CSentencePiece

/// The pieces that a model never makes from text: `<unk>`, `</s>` and the like.
///
/// Like Hugging Face's tokenizers, and unlike SentencePiece alone, we read their names in a text
/// as these pieces, and write their names when they are decoded.
struct ControlPieces: Sendable {
    /// A stretch of a text.
    enum Part: Equatable {
        case text([UInt8])
        case control(Int32)
    }

    private let pieces: [(id: Int32, name: [UInt8])]

    init(of processor: csp_processor, count: Int32) throws {
        pieces = try (0..<count).compactMap { id in
            var kind = CSP_PIECE_TEXT
            try csp { csp_processor_piece_kind(processor, id, &kind) }
            guard kind == CSP_PIECE_CONTROL || kind == CSP_PIECE_UNKNOWN else { return nil }
            return (id, try processor.piece(id))
        }
    }

    func contains(_ id: Int32) -> Bool { pieces.contains { $0.id == id } }

    func name(of id: Int32) -> [UInt8] { pieces.first { $0.id == id }?.name ?? [] }

    /// The text cut at every name of a control piece, without empty stretches.
    func parts(of text: [UInt8]) -> [Part] {
        var parts: [Part] = []
        var start = 0
        var position = 0
        while position < text.count {
            guard let piece = piece(in: text, at: position) else {
                position += 1
                continue
            }
            if start < position { parts.append(.text(Array(text[start..<position]))) }
            parts.append(.control(piece.id))
            position += piece.name.count
            start = position
        }
        if start < text.count { parts.append(.text(Array(text[start...]))) }
        return parts
    }

    /// The longest piece whose name stands at `position`.
    private func piece(in text: [UInt8], at position: Int) -> (id: Int32, name: [UInt8])? {
        pieces
            .filter { !$0.name.isEmpty && text[position...].starts(with: $0.name) }
            .max { $0.name.count < $1.name.count }
    }
}
