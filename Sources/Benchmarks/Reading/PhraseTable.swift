/// Phrases that are looked up word by word, the longest first.
struct PhraseTable {
    private var phrases: [String: [[String]]] = [:]

    /// - Parameter lists: phrases in lower case, with a comma and a blank between two
    init(_ lists: String...) {
        for phrase in lists.flatMap({ $0.split(separator: ", ") }) {
            let words = Self.words(of: phrase)
            if let first = words.first { phrases[first, default: []].append(words) }
        }
        for first in phrases.keys { phrases[first]?.sort { $0.count > $1.count } }
    }

    /// Words as the scanner splits them: a character of Chinese is a word.
    private static func words(of phrase: Substring) -> [String] {
        phrase.split(separator: " ").flatMap { part -> [String] in
            let isCut = part.unicodeScalars.contains(where: AnswerSigns.standsAlone)
            return isCut ? part.map(String.init) : [String(part)]
        }
    }

    func contains(_ word: String) -> Bool { phrases[word]?.contains { $0.count == 1 } ?? false }

    /// The position after the longest phrase that begins at a position.
    func end(in tokens: [AnswerToken], at start: Int) -> Int? {
        guard tokens.indices.contains(start), let known = phrases[tokens[start].text] else {
            return nil
        }
        for words in known where start + words.count <= tokens.count {
            if zip(words, tokens[start...]).allSatisfy({ $0 == $1.text && $1.kind != .lineBreak }) {
                return start + words.count
            }
        }
        return nil
    }
}
