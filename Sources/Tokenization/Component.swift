import Basics

/// A component of a `tokenizer.json` around its model, such as a normalizer.
struct Component {
    /// The component's key in the file: `normalizer`, `pre_tokenizer`, `post_processor` or
    /// `decoder`.
    let place: String
    let type: String
    private let value: JSONValue

    init(_ value: JSONValue, place: String) throws {
        guard let type = value["type"]?.text else {
            throw FileProblem("'\(place)' is \(value.shown) without a type")
        }
        (self.value, self.place, self.type) = (value, place, type)
    }

    /// The components of a value that may be a sequence, or null.
    ///
    /// - Parameter parts: the key of the list of parts in a sequence of this kind
    static func list(
        _ value: JSONValue?, named place: String, parts: String
    ) throws -> [Component] {
        guard let value, value != .null else { return [] }
        return try flattened(value, place, parts)
    }

    private static func flattened(
        _ value: JSONValue, _ place: String, _ parts: String
    ) throws -> [Component] {
        let whole = try Component(value, place: place)
        guard whole.type == "Sequence" else { return [whole] }
        guard case .array(let list)? = value[parts] else {
            throw FileProblem("a 'Sequence' has no array '\(parts)'")
        }
        return try list.flatMap { try flattened($0, place, parts) }
    }
}

// MARK: Fields

extension Component {
    subscript(name: String) -> JSONValue? { value[name] }

    /// Refuses fields that are not among these.
    func allow(_ names: String...) throws {
        guard case .object(let fields) = value else { return }
        if let field = fields.first(where: { $0.0 != "type" && !names.contains($0.0) }) {
            throw problem("has '\(field.0.prefix(80))', which is not implemented")
        }
    }

    func flag(_ name: String, default standard: Bool? = nil) throws -> Bool {
        if let standard, value[name] == nil || value[name] == .null { return standard }
        guard case .bool(let isTrue)? = value[name] else {
            throw wrong(name, value[name], "true or false")
        }
        return isTrue
    }

    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, default standard: Choice? = nil
    ) throws -> Choice {
        if let standard, value[name] == nil { return standard }
        guard let choice = value[name]?.text.flatMap(Choice.init) else {
            let names = Choice.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            throw wrong(name, value[name], "one of \(names)")
        }
        return choice
    }

    func string(_ name: String) throws -> String {
        guard let string = value[name]?.text else { throw wrong(name, value[name], "a string") }
        return string
    }

    /// The replacement for other text; it has few bytes, so that no text grows without bound.
    func content(_ name: String) throws -> [UInt8] {
        let content = Array(try string(name).utf8)
        guard content.count <= 64 else {
            throw problem("has a '\(name)' of \(content.count) bytes; at most 64 are implemented")
        }
        return content
    }

    func character(_ name: String) throws -> Unicode.Scalar {
        let scalars = try string(name).unicodeScalars
        guard let first = scalars.first, scalars.count == 1 else {
            throw wrong(name, value[name], "one character")
        }
        return first
    }

    func count(_ name: String) throws -> Int {
        guard let count = value[name]?.whole, count >= 0 else {
            throw wrong(name, value[name], "a whole number")
        }
        return count
    }

    /// What `pattern` searches for.
    func separator() throws -> Separator {
        if let text = value["pattern"]?["String"]?.text, (1...64).contains(text.utf8.count) {
            return .literal(Array(text.utf8))
        }
        guard let expression = value["pattern"]?["Regex"]?.text else {
            throw wrong("pattern", value["pattern"], "a 'String' of 1 to 64 bytes or a 'Regex'")
        }
        do {
            return .pattern(try SplitPattern(expression))
        } catch {
            throw FileProblem(
                "the regular expression '\(expression.prefix(200))' of '\(place)' cannot be used: "
                    + "\(error)")
        }
    }

    /// The problem that the type is none of these.
    func unknown(_ known: String) -> FileProblem {
        FileProblem(
            "'\(place)' has the type '\(type.prefix(80))', which is not implemented; \(known) is")
    }

    func wrong(_ name: String, _ found: JSONValue?, _ needed: String) -> FileProblem {
        problem("has '\(name)' \(found?.shown ?? "missing"); \(needed) is needed")
    }

    func problem(_ words: String) -> FileProblem {
        FileProblem("'\(type.prefix(80))' of '\(place)' \(words)")
    }
}
