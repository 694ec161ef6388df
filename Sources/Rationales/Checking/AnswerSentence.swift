import Basics
import Benchmarks
import Foundation

/// A text split at the sentence that states its answer.
struct AnswerSentence {
    /// The reasoning, without white space at its ends.
    let before: String
    /// The text after the answer.
    let after: String

    /// - Parameter reading: what `AnswerReader` reads in the text
    init(in text: String, _ reading: AnswerReading) {
        let ends = Self.sentenceEnds(of: text)
        let start = ends.last { $0 <= reading.range.lowerBound } ?? text.startIndex
        let end = ends.first { $0 >= reading.range.upperBound } ?? text.endIndex
        after = String(text[end...])
        let sentence = text[start..<reading.range.lowerBound]
        let space = sentence.prefix { $0.isWhitespace }
        let kept = text[..<start] + space + Self.reasoning(in: sentence)
        before = String(kept).trimmed
    }

    /// The end positions of all sentences and lines; the last is the text's end.
    private static func sentenceEnds(of text: String) -> [String.Index] {
        var ends: [String.Index] = []
        var index = text.startIndex
        while index < text.endIndex {
            let next = text.index(after: index)
            let isStop = ".!?".contains(text[index])
            if text[index].isNewline || "。！？".contains(text[index])
                || isStop && next < text.endIndex && text[next].isWhitespace
            {
                ends.append(next)
            }
            index = next
        }
        if ends.last != text.endIndex { ends.append(text.endIndex) }
        return ends
    }

    /// The reasoning of a sentence before it states the answer, ended as a sentence.
    ///
    /// "It is the home, so the answer is C." reasons; "So the answer is C." does not.
    private static func reasoning(in words: Substring) -> String {
        var words = String(words).trimmed
        while true {
            while let last = words.last, isLoose(last) { words.removeLast() }
            guard let link = links.first(where: { words.endsInWord($0) }) else { break }
            words.removeLast(link.count)
        }
        guard let last = words.last else { return "" }
        guard last.isLetter || last.isNumber || ")]\"'".contains(last) else { return words }
        return words + (last.unicodeScalars.contains { $0.properties.isIdeographic } ? "。" : ".")
    }

    /// A sign that opens something or waits for more words.
    private static func isLoose(_ character: Character) -> Bool {
        character.isWhitespace || ",;:—–-*$(，；：、#>[{_`“‘«「『【《（|<\\→=".contains(character)
    }

    /// Words that lead from a reason to the answer.
    private static let links = [
        "so", "thus", "hence", "therefore", "consequently", "and", "then", "which means",
        "this means", "meaning", "that", "it follows", "i think", "i believe", "i conclude",
        "we conclude", "we can conclude", "daher", "also", "somit", "folglich", "deshalb", "und",
        "donc", "ainsi", "alors", "et", "por lo tanto", "por tanto", "entonces", "así que", "y",
        "因此", "所以", "故", "综上", "综上所述",
    ]
}

extension StringProtocol {
    /// Whether it ends in the word, in any case, with no letter before it.
    fileprivate func endsInWord(_ word: String) -> Bool {
        guard lowercased().hasSuffix(word) else { return false }
        guard let before = dropLast(word.count).last else { return true }
        return !before.isLetter || before.unicodeScalars.contains { $0.properties.isIdeographic }
    }
}
