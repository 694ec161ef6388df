import Basics

/// The tokens that belong around a text, such as a start token: `post_processor` of a
/// `tokenizer.json`.
///
/// Where a folder has that file, transformers 5 uses it alone and ignores `add_bos_token` and
/// `add_eos_token` of `tokenizer_config.json` (tokenization_utils_base.py).
struct TokenFrame: Sendable, Equatable {
    var prefix: [Int32] = []
    var suffix: [Int32] = []

    init(prefix: [Int32] = [], suffix: [Int32] = []) {
        (self.prefix, self.suffix) = (prefix, suffix)
    }

    /// Reads the tokens around a single text; templates for pairs are skipped.
    ///
    /// - Throws: `FileProblem`, which names what is not implemented.
    init(_ value: JSONValue?) throws {
        // Each processor frames the output of the one before.
        for part in try Component.list(value, named: "post_processor", parts: "processors") {
            switch part.type {
            case "ByteLevel": break  // about offsets alone
            case "TemplateProcessing":
                let frame = try Self.template(part)
                prefix = frame.prefix + prefix
                suffix += frame.suffix
            default: throw part.unknown("'ByteLevel' or 'TemplateProcessing'")
            }
        }
    }

    /// Reads only this component of the bytes of a `tokenizer.json`.
    init(json bytes: [UInt8]) throws {
        var json = try JSONReader(tokenizer: bytes)
        var processor: JSONValue?
        try json.enter(.object)
        while try json.next() {
            if json.keyName == "post_processor" {
                processor = try json.value()
            } else {
                try json.skip()
            }
        }
        try self.init(processor)
    }

    /// Checks that each token is in the vocabulary.
    func check(isPiece: (Int32) -> Bool) throws {
        if let id = (prefix + suffix).first(where: { !isPiece($0) }) {
            throw FileProblem(
                "'post_processor' puts the token \(id) around a text; it is not in the vocabulary")
        }
    }

    private static func template(_ part: Component) throws -> TokenFrame {
        guard case .array(let pieces)? = part["single"] else {
            throw part.wrong("single", part["single"], "an array")
        }
        var frame = TokenFrame()
        var hasText = false
        for piece in pieces {
            if piece["Sequence"]?["id"] == .string("A"), !hasText {
                hasText = true
            } else if let name = piece["SpecialToken"]?["id"]?.text {
                let ids = try Self.ids(of: name, part)
                if hasText { frame.suffix += ids } else { frame.prefix += ids }
            } else {
                throw part.problem(
                    "has in 'single' what is neither a 'SpecialToken' nor the one 'Sequence' 'A'")
            }
        }
        guard hasText else { throw part.problem("has no 'Sequence' 'A' in 'single'") }
        return frame
    }

    private static func ids(of name: String, _ part: Component) throws -> [Int32] {
        guard case .array(let ids)? = part["special_tokens"]?[name]?["ids"] else {
            throw part.problem("has no 'ids' for the special token '\(name.prefix(80))'")
        }
        return try ids.map { value in
            guard let id = value.whole.flatMap(Int32.init(exactly:)), id >= 0 else {
                throw part.problem(
                    "has an id \(value.shown) for the special token '\(name.prefix(80))'")
            }
            return id
        }
    }
}
