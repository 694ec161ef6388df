/// A marker that begins or ends a think block.
struct ThinkMarker {
    enum Kind: Equatable {
        /// By the marker's name, in lower case and without brackets.
        case named(String)
        /// A channel of OpenAI's harmony format.
        case channel
        /// Granite 3.2 writes sentences for markers.
        case sentence
        /// Opens the answer, as `<|begin_of_solution|>` does, and closes whatever is open.
        case answer
    }

    let kind: Kind
    let opens: Bool
    let range: Range<String.Index>

    /// The markers of a text in their order.
    static func all(in text: String) -> [ThinkMarker] {
        var found: [ThinkMarker] = []
        if let bare = bareChannel(atStartOf: text) { found.append(bare) }
        let bytes = text.utf8
        var index = text.startIndex
        while index < text.endIndex {
            if starts.contains(bytes[index]), let marker = marker(in: text, at: index) {
                found.append(marker)
                index = marker.range.upperBound
            } else {
                index = bytes.index(after: index)
            }
        }
        return found
    }

    /// The first bytes of markers: <, [, ◁, and the words of those without brackets.
    private static let starts: Set<UInt8> = [0x3C, 0x5B, 0xE2, 0x61, 0x48]
    private static let brackets = [
        ("<|", "|>"), ("◁/", "▷"), ("◁", "▷"), ("<", ">"), ("[", "]"),
    ]
    private static let longestName = 40

    private static func marker(in text: String, at start: String.Index) -> ThinkMarker? {
        let rest = text[start...]
        if let channel = channel(in: rest) { return channel }
        for (sentence, opens) in [
            ("Here is my thought process:", true), ("Here is my response:", false),
        ] where rest.hasPrefix(sentence) {
            let end = text.index(start, offsetBy: sentence.count)
            return ThinkMarker(kind: .sentence, opens: opens, range: start..<end)
        }
        for (opening, closing) in brackets where rest.hasPrefix(opening) {
            let inside = rest.dropFirst(opening.count)
            let name = inside.prefix(longestName).prefix { !"<>|[]▷\n".contains($0) }
            let after = text[name.endIndex...]
            guard !name.isEmpty, after.hasPrefix(closing) else { continue }
            return named(
                opening == "◁/" ? "/" + name : String(name), isSquare: opening == "[",
                range: start..<text.index(name.endIndex, offsetBy: closing.count))
        }
        return nil
    }

    private static func named(
        _ written: String, isSquare: Bool, range: Range<String.Index>
    ) -> ThinkMarker? {
        let words = written.lowercased().split(whereSeparator: \.isWhitespace)
        // More words than one are a sentence in brackets, but for attributes: <think lang="en">.
        guard var name = words.first.map(String.init), words.count == 1 || written.contains("="),
            written.first?.isWhitespace == false
        else { return nil }
        name.removeAll { $0 == "_" || $0 == "-" }
        let ends = ["/", "endof", "end"].first { name.hasPrefix($0) }
        let begins = ["beginof", "begin", "startof", "start"].first { name.hasPrefix($0) }
        if let prefix = ends ?? begins { name.removeFirst(prefix.count) }
        if !isSquare, begins != nil, name == "solution" || name == "response" {
            return ThinkMarker(kind: .answer, opens: false, range: range)
        }
        guard let kind = kind(of: name, isSquare: isSquare) else { return nil }
        return ThinkMarker(kind: kind, opens: ends == nil, range: range)
    }

    /// Markers of one kind close each other, as in <thinking>…</think>.
    private static func kind(of name: String, isSquare: Bool) -> Kind? {
        if isSquare || !name.contains(where: \.isLetter) || name.hasSuffix("/") {
            return ["think", "thinking", "thought", "reasoning"].contains(name)
                ? .named(name == "thinking" ? "think" : name) : nil
        }
        if name.contains("think") { return .named("think") }
        if name.contains("thought") { return .named("thought") }
        return ["reasoning", "scratchpad", "innermonologue"].contains(name) ? .named(name) : nil
    }

    /// `<|channel|>analysis<|message|>` opens, as does any channel but `final`, which closes.
    /// Where the special tokens were left out, "assistantfinal" and "assistantcommentary" remain.
    private static func channel(in rest: Substring) -> ThinkMarker? {
        for (word, opens) in [("assistantfinal", false), ("assistantcommentary", true)]
        where rest.hasPrefix(word) {
            let end = rest.index(rest.startIndex, offsetBy: word.count)
            return ThinkMarker(kind: .channel, opens: opens, range: rest.startIndex..<end)
        }
        let token = "<|channel|>"
        guard rest.hasPrefix(token) else { return nil }
        let head = rest.dropFirst(token.count).prefix(2 * longestName)
        let isFinal = head.drop(while: \.isWhitespace).hasPrefix("final")
        let message = head.firstRange(of: "<|message|>")
        // A text that is cut off in its channel's head has no answer yet.
        guard let end = message?.upperBound ?? (isFinal ? nil : head.startIndex) else { return nil }
        return ThinkMarker(kind: .channel, opens: !isFinal, range: rest.startIndex..<end)
    }

    /// "analysis" joined to the first word: what is left of a channel without its special tokens.
    private static func bareChannel(atStartOf text: String) -> ThinkMarker? {
        let rest = text.drop(while: \.isWhitespace)
        let name = "analysis"
        guard rest.hasPrefix(name) else { return nil }
        let after = rest.dropFirst(name.count)
        let isJoined =
            after.first.map { $0.isUppercase || $0.isNewline } ?? false
            || after.hasPrefix("<|message|>")
        guard isJoined else { return nil }
        return ThinkMarker(
            kind: .channel, opens: true, range: rest.startIndex..<after.startIndex)
    }
}
