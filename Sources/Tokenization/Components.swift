/// The components of a `tokenizer.json` around its model; what is not implemented is refused by name.
enum Components {
    /// Whether the normalizer brings text to form C.
    static func composes(_ normalizer: JSONValue) throws -> Bool {
        if normalizer == .null { return false }
        switch try type(of: normalizer, "normalizer") {
        case "NFC": return true
        case "Sequence":
            return try parts(of: normalizer, "normalizers").map(composes).contains(true)
        case let type: throw unknown("normalizer", type, "'NFC' or null")
        }
    }

    /// The regular expressions of the pre-tokenizer, which ends with `ByteLevel`.
    static func patterns(_ preTokenizer: JSONValue) throws -> [String] {
        var parts = [preTokenizer]
        if try type(of: preTokenizer, "pre_tokenizer") == "Sequence" {
            parts = try self.parts(of: preTokenizer, "pretokenizers")
        }
        guard parts.count <= patternLimit else {
            throw FileProblem("'pre_tokenizer' has \(parts.count) parts; \(patternLimit) are read")
        }
        var patterns: [String] = []
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            switch (try type(of: part, "pre_tokenizer"), isLast) {
            case ("Split", false): patterns.append(try splitPattern(part))
            case ("ByteLevel", true): patterns += try byteLevelPatterns(part)
            case (let type, _):
                throw unknown("pre_tokenizer", type, "'Split', then 'ByteLevel' at the end")
            }
        }
        guard !parts.isEmpty else {
            throw FileProblem("'pre_tokenizer' is an empty sequence; 'ByteLevel' is needed")
        }
        return patterns
    }

    /// Post-processors add tokens around a text, which we never do; so a known one says nothing.
    static func checkPostProcessor(_ processor: JSONValue) throws {
        if processor == .null { return }
        switch try type(of: processor, "post_processor") {
        case "ByteLevel", "TemplateProcessing": break
        case "Sequence":
            for part in try parts(of: processor, "processors") { try checkPostProcessor(part) }
        case let type:
            throw unknown("post_processor", type, "'ByteLevel', 'TemplateProcessing' or null")
        }
    }

    static func checkDecoder(_ decoder: JSONValue) throws {
        let type = try type(of: decoder, "decoder")
        guard type == "ByteLevel" else { throw unknown("decoder", type, "'ByteLevel'") }
    }
}

// MARK: Details

extension Components {
    private static let patternLimit = 16

    /// What `ByteLevel` splits by itself. From openai/gpt-2, encoder.py.
    private static let gpt2Pattern =
        #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

    private static func splitPattern(_ split: JSONValue) throws -> String {
        guard let expression = split["pattern"]?["Regex"]?.string else {
            throw FileProblem("'Split' of 'pre_tokenizer' has no 'Regex' for its pattern")
        }
        guard split["behavior"] == .string("Isolated") else {
            throw FileProblem(
                "'Split' of 'pre_tokenizer' has the behavior "
                    + "\(split["behavior"]?.shown ?? "none"); 'Isolated' is implemented")
        }
        guard split["invert"] == nil || split["invert"] == .boolean(false) else {
            throw FileProblem("'Split' of 'pre_tokenizer' has 'invert', which is not implemented")
        }
        return expression
    }

    private static func byteLevelPatterns(_ byteLevel: JSONValue) throws -> [String] {
        guard byteLevel["add_prefix_space"] == .boolean(false) else {
            throw FileProblem(
                "'ByteLevel' of 'pre_tokenizer' has 'add_prefix_space' "
                    + "\(byteLevel["add_prefix_space"]?.shown ?? "missing"); false is implemented")
        }
        switch byteLevel["use_regex"] {
        case .boolean(false): return []
        case .boolean(true), nil: return [gpt2Pattern]
        case let other?:
            throw FileProblem(
                "'use_regex' of 'pre_tokenizer' is \(other.shown); true or false is needed")
        }
    }

    private static func type(of component: JSONValue, _ name: String) throws -> String {
        guard let type = component["type"]?.string else {
            throw FileProblem("'\(name)' is \(component.shown) without a type")
        }
        return type
    }

    private static func parts(of sequence: JSONValue, _ field: String) throws -> [JSONValue] {
        guard case .array(let parts)? = sequence[field] else {
            throw FileProblem("a 'Sequence' has no array '\(field)'")
        }
        return parts
    }

    private static func unknown(_ name: String, _ type: String, _ right: String) -> FileProblem {
        FileProblem(
            "'\(name)' has the type '\(type.prefix(80))', which is not implemented; \(right) is")
    }
}
