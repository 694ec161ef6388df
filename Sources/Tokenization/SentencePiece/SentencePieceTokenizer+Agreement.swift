import Basics
internal import CSentencePiece
import Foundation

extension SentencePieceTokenizer {
    /// Refuses a `tokenizer.json` whose pieces are not those of this `tokenizer.model`: either may be
    /// the model's.
    ///
    /// A file without a vocabulary says nothing about pieces.
    func checkAgreement(with file: URL) throws {
        let vocabulary: [(piece: String, id: Int32)]
        do {
            guard let found = try Self.vocabulary(ofJSON: readBytes(of: file)) else { return }
            vocabulary = found
        } catch {
            throw TokenizerError.named(file.path, error)
        }
        let own = try pieces()
        for (piece, id) in vocabulary {
            let isOwn =
                id < own.count
                ? own[Int(id)].utf8.elementsEqual(piece.utf8) : try self.id(ofPiece: piece) == id
            guard !isOwn else { continue }
            let other = id < own.count ? Self.shown(own[Int(id)]) : "no such piece"
            throw Self.disagreement(
                file, "has the piece \(Self.shown(piece)) as \(id)", "has \(other) there")
        }
        let count = vocabulary.count { $0.id < own.count }
        guard count == own.count else {
            throw Self.disagreement(
                file, "has \(count) of its pieces", "has \(own.count)")
        }
    }

    /// The pieces of the model by their ids, without added tokens.
    func pieces() throws -> [String] {
        try reporting("its pieces were to be listed") { processor in
            var count: Int32 = 0
            try csp { csp_processor_vocabulary_size(processor, &count) }
            return try (0..<count).map { String(decoding: try processor.piece($0), as: UTF8.self) }
        }
    }

    private static func shown(_ piece: String) -> String {
        String(piece.prefix(80)).debugDescription
    }

    private static func disagreement(
        _ file: URL, _ found: String, _ other: String
    ) -> TokenizerError {
        TokenizerError(
            "\(file.path): it \(found), tokenizer.model \(other); one tokenizer is needed: move the "
                + "file away that is not this model's.")
    }

    /// The pieces of `model.vocab`, an object of ids or a list of pieces with scores; nil where there
    /// is none.
    private static func vocabulary(
        ofJSON bytes: [UInt8]
    ) throws -> [(piece: String, id: Int32)]? {
        var json = try JSONReader(tokenizer: bytes)
        guard try json.kind() == .object else { return nil }
        try json.enter(.object)
        while try json.next() {
            guard json.keyName == "model", try json.kind() == .object else {
                try json.skip()
                continue
            }
            try json.enter(.object)
            while try json.next() {
                guard json.keyName == "vocab" else {
                    try json.skip()
                    continue
                }
                return try pieces(&json)
            }
        }
        return nil
    }

    private static func pieces(
        _ json: inout JSONReader
    ) throws -> [(piece: String, id: Int32)]? {
        var found: [(piece: String, id: Int32)] = []
        switch try json.kind() {
        case .object:
            try json.enter(.object)
            while try json.next() {
                let piece = json.keyName
                found.append((piece, try json.id()))
            }
        case .array:
            try json.enter(.array)
            while try json.next() {
                guard case .array(let parts) = try json.value(),
                    let piece = parts.first?.text
                else { return nil }
                found.append((piece, Int32(found.count)))
            }
        default: return nil
        }
        return found
    }
}
