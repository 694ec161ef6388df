import Basics

/// One normalization step, before the text is cut into words.
enum Normalizer {
    case form(NormalizationForm)
    case lowercase
    case prepend([UInt8])
    case replace(Separator, [UInt8])
    case strip(left: Bool, right: Bool)
    /// Writes the letter of each byte.
    case byteLetters

    /// The text after the step; nil where it is unchanged.
    ///
    /// - Parameter text: well-formed UTF-8.
    func normalized(_ text: UnsafeBufferPointer<UInt8>) throws -> [UInt8]? {
        guard !text.isEmpty else { return nil }
        switch self {
        case .form(let form): return form.normalized(text)
        case .lowercase:
            return String(decoding: text, as: UTF8.self).unicodeScalars
                .flatMap { $0.properties.lowercaseMapping.utf8 }
        case .prepend(let bytes): return bytes + text
        case .replace(let separator, let bytes): return try replaced(text, separator, by: bytes)
        case .strip(let left, let right):
            let end = right ? WordBoundary.spaceStart(before: text.count, in: text) : text.count
            let start = left ? min(WordBoundary.spaceEnd(after: 0, in: text), end) : 0
            return Array(text[start..<end])
        case .byteLetters: return ByteAlphabet.spelled(text)
        }
    }

    /// Whether the first character of the result differs from that of the text.
    ///
    /// The library says so of a match of several characters as well: its replacement takes the
    /// position of the last one.
    func movesStart(of text: UnsafeBufferPointer<UInt8>) throws -> Bool {
        switch self {
        case .form, .lowercase, .prepend, .byteLetters: return false
        case .strip(let left, _): return left && WordBoundary.spaceEnd(after: 0, in: text) > 0
        case .replace(let separator, let bytes):
            let view = StandIns.copy(of: text) ?? Array(text)
            let match = try view.withUnsafeBufferPointer {
                try separator.match(in: text, seenAs: $0, from: 0)
            }
            guard let match, match.lowerBound == 0 else { return false }
            return bytes.isEmpty || match.upperBound > text.scalar(at: 0).length
        }
    }

    private func replaced(
        _ text: UnsafeBufferPointer<UInt8>, _ separator: Separator, by bytes: [UInt8]
    ) throws -> [UInt8]? {
        var result: [UInt8] = []
        var end = 0
        var isFound = false
        let view = separator.isPattern ? StandIns.copy(of: text) ?? Array(text) : []
        try view.withUnsafeBufferPointer { view in
            var matches = SeparatorMatches(of: separator, in: text, seenAs: view)
            while let match = try matches.next() {
                result.append(contentsOf: text[end..<match.lowerBound])
                result.append(contentsOf: bytes)
                end = match.upperBound
                isFound = true
            }
        }
        guard isFound else { return nil }
        return result + text[end...]
    }
}

/// The limit on a text's length during encoding; it stops a file that makes the text longer and
/// longer.
///
/// The most that a step of a known checkpoint does is form KC of U+FDFA: 3 bytes become 33.
struct GrowthLimit {
    private let limit: Int

    init(ofText count: Int) { limit = 64 * count + 4096 }

    func check(_ text: [UInt8]) throws {
        guard text.count <= limit else {
            throw FileProblem(
                "its normalizer or pre-tokenizer makes more than \(limit) bytes of it"
            )
        }
    }
}

extension Normalizer {
    /// Reads `normalizer` of a `tokenizer.json`.
    ///
    /// - Throws: `FileProblem`, which names what is not implemented.
    static func steps(_ value: JSONValue?) throws -> [Normalizer] {
        let parts = try Component.list(value, named: "normalizer", parts: "normalizers")
        guard parts.count <= limit else {
            throw FileProblem("'normalizer' has \(parts.count) parts; \(limit) are read")
        }
        return try parts.map(step)
    }

    /// More parts than this are refused; those of known checkpoints have at most five.
    private static let limit = 16

    private static func step(_ part: Component) throws -> Normalizer {
        if let form = NormalizationForm(rawValue: part.type) {
            try part.allow()
            return .form(form)
        }
        switch part.type {
        case "Lowercase":
            try part.allow()
            return .lowercase
        case "Prepend":
            try part.allow("prepend")
            return .prepend(try part.content("prepend"))
        case "Replace":
            try part.allow("pattern", "content")
            return .replace(try part.separator(), try part.content("content"))
        case "Strip":
            try part.allow("strip_left", "strip_right")
            return .strip(left: try part.flag("strip_left"), right: try part.flag("strip_right"))
        case "ByteLevel":
            try part.allow()
            return .byteLetters
        default:
            throw part.unknown(
                "'NFC', 'NFD', 'NFKC', 'NFKD', 'Lowercase', 'Prepend', 'Replace', 'Strip' or "
                    + "'ByteLevel'")
        }
    }
}
