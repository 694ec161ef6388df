extension AddedToken {
    /// Reads an element of `added_tokens` in a `tokenizer.json`, which has its own id.
    init(_ value: JSONValue) throws {
        guard case .number(let number)? = value["id"], let id = Int32(exactly: number),
            value["content"]?.string != nil
        else {
            throw FileProblem("an element of 'added_tokens' has no 'id' and 'content'")
        }
        try self.init(id: id, value)
    }

    /// Reads a token that the file describes as an object with `content` and flags.
    init(id: Int32, _ value: JSONValue) throws {
        guard case .object(let fields) = value, let content = value["content"]?.string else {
            throw FileProblem(
                "the added token \(id) is \(value.shown); an object with a 'content' is needed")
        }
        let known = ["id", "content", "special", "__type"]
        let flags = ["single_word", "lstrip", "rstrip", "normalized"]
        var isSet: [String: Bool] = [:]
        for field in fields where !known.contains(field.name) {
            guard flags.contains(field.name), case .boolean(let flag) = field.value else {
                throw FileProblem(
                    "the added token '\(content.prefix(80))' has '\(field.name)' "
                        + "\(field.value.shown), which is not implemented")
            }
            isSet[field.name] = flag
        }
        self.init(
            id: id, content: content, isSingleWord: isSet["single_word"] ?? false,
            stripsLeft: isSet["lstrip"] ?? false, stripsRight: isSet["rstrip"] ?? false,
            isNormalized: isSet["normalized"] ?? false,
            isSpecial: value["special"] != .boolean(false))
    }
}
