import Basics

extension PreTokenizer {
    /// More parts than this are refused; those of known checkpoints have four.
    private static let limit = 16

    /// The pattern of `ByteLevel`. From openai/gpt-2, encoder.py.
    private static let gpt2Pattern =
        #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

    /// Reads `pre_tokenizer` of a `tokenizer.json`.
    ///
    /// - Throws: `FileProblem`, which names what is not implemented.
    static func steps(_ value: JSONValue?) throws -> [PreTokenizer] {
        let parts = try Component.list(value, named: "pre_tokenizer", parts: "pretokenizers")
        guard parts.count <= limit else {
            throw FileProblem("'pre_tokenizer' has \(parts.count) parts; \(limit) are read")
        }
        return try parts.flatMap(steps)
    }

    private static func steps(_ part: Component) throws -> [PreTokenizer] {
        switch part.type {
        case "Split":
            try part.allow("pattern", "behavior", "invert")
            return [
                .split(
                    try part.separator(), try part.choice("behavior"),
                    isInverted: try part.flag("invert", default: false))
            ]
        case "ByteLevel": return try byteLevel(part)
        case "Metaspace": return try metaspace(part)
        case "Digits":
            try part.allow("individual_digits")
            let isEach = try part.flag("individual_digits", default: false)
            return [
                .split(.character(.number), isEach ? .isolated : .contiguous, isInverted: false)
            ]
        case "Punctuation":
            try part.allow("behavior")
            let behavior = try part.choice("behavior", default: SplitBehavior.isolated)
            return [.split(.character(.punctuation), behavior, isInverted: false)]
        case "WhitespaceSplit":
            try part.allow()
            return [.split(.character(.space), .removed, isInverted: false)]
        case "Whitespace":
            try part.allow()
            return [.split(.wordOrSymbols, .removed, isInverted: true)]
        default:
            throw part.unknown(
                "'Split', 'ByteLevel', 'Metaspace', 'Digits', 'Punctuation', 'Whitespace' or "
                    + "'WhitespaceSplit'")
        }
    }

    private static func byteLevel(_ part: Component) throws -> [PreTokenizer] {
        try part.allow("add_prefix_space", "trim_offsets", "use_regex")
        var steps: [PreTokenizer] = []
        if try part.flag("add_prefix_space") { steps.append(.leadingSpace) }
        if try part.flag("use_regex", default: true) {
            let separator = Separator.pattern(try SplitPattern(gpt2Pattern))
            steps.append(.split(separator, .isolated, isInverted: false))
        }
        return steps + [.byteLetters]
    }

    private static func metaspace(_ part: Component) throws -> [PreTokenizer] {
        try part.allow("replacement", "prepend_scheme", "split", "add_prefix_space", "str_rep")
        let character = Array(try part.character("replacement").utf8)
        let scheme = try part.choice("prepend_scheme", default: SpaceScheme.always)
        guard try scheme == .never || part.flag("add_prefix_space", default: true) else {
            throw part.problem(
                "has 'add_prefix_space' false and 'prepend_scheme' '\(scheme.rawValue)'; 'never' "
                    + "goes with it")
        }
        let step = PreTokenizer.metaspace(character: character, scheme)
        guard try part.flag("split", default: true) else { return [step] }
        return [step, .split(.literal(character), .mergedWithNext, isInverted: false)]
    }
}
