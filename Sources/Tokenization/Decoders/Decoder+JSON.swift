import Basics

extension Decoder {
    /// More parts than this are refused; those of known checkpoints have at most four.
    private static let limit = 16

    /// Reads `decoder` of a `tokenizer.json`.
    ///
    /// - Throws: `FileProblem`, which names what is not implemented.
    init(_ value: JSONValue?) throws {
        let parts = try Component.list(value, named: "decoder", parts: "decoders")
        guard parts.count <= Self.limit else {
            throw FileProblem("'decoder' has \(parts.count) parts; \(Self.limit) are read")
        }
        let isNone = value == nil || value == .null
        steps = isNone ? nil : try parts.map(Self.step)
    }

    private static func step(_ part: Component) throws -> Step {
        switch part.type {
        case "ByteLevel":
            try part.allow("add_prefix_space", "trim_offsets", "use_regex")
            return .byteLevel
        case "Metaspace":
            try part.allow("replacement", "prepend_scheme", "split", "add_prefix_space", "str_rep")
            let scheme = try part.choice(
                "prepend_scheme", default: PreTokenizer.SpaceScheme.always)
            let addsSpace = try part.flag("add_prefix_space", default: true)
            return .metaspace(
                Array(try part.character("replacement").utf8),
                dropsFirst: addsSpace && scheme != .never)
        case "ByteFallback":
            try part.allow()
            return .byteFallback
        case "Fuse":
            try part.allow()
            return .fuse
        case "Replace":
            try part.allow("pattern", "content")
            guard case .literal(let old) = try part.separator() else {
                throw part.problem("has a 'Regex' for its pattern; a 'String' is implemented")
            }
            return .replace(old, try part.content("content"))
        case "Strip":
            try part.allow("content", "start", "stop")
            return .strip(
                Array(try part.character("content").utf8), start: try part.count("start"),
                stop: try part.count("stop"))
        default:
            throw part.unknown(
                "'ByteLevel', 'Metaspace', 'ByteFallback', 'Fuse', 'Replace' or 'Strip'")
        }
    }
}
