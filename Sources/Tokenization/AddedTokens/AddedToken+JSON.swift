import Basics

extension AddedToken {
    /// Reads an element of `added_tokens` in a `tokenizer.json`, which has its own id.
    init(_ value: JSONValue) throws {
        guard let id = value["id"]?.whole.flatMap(Int32.init(exactly:)),
            value["content"]?.text != nil
        else {
            throw FileProblem("an element of 'added_tokens' has no 'id' and 'content'")
        }
        try self.init(id: id, value)
    }

    /// Reads a token that the file describes as an object with `content` and flags.
    init(id: Int32, _ value: JSONValue) throws {
        guard case .object(let fields) = value, let content = value["content"]?.text else {
            throw FileProblem(
                "the added token \(id) is \(value.shown); an object with a 'content' is needed")
        }
        let known = ["id", "content", "special", "__type"]
        let flags = ["single_word", "lstrip", "rstrip", "normalized"]
        var isSet: [String: Bool] = [:]
        for (name, value) in fields where !known.contains(name) {
            guard flags.contains(name), case .bool(let flag) = value else {
                throw FileProblem(
                    "the added token '\(content.prefix(80))' has '\(name)' \(value.shown), which "
                        + "is not implemented")
            }
            isSet[name] = flag
        }
        self.init(
            id: id, content: content, isSingleWord: isSet["single_word"] ?? false,
            stripsLeft: isSet["lstrip"] ?? false, stripsRight: isSet["rstrip"] ?? false,
            isNormalized: isSet["normalized"] ?? false,
            isSpecial: value["special"] != .bool(false))
    }
}
