import Benchmarks
import Foundation

/// A text taken apart at the sentence that states its answer.
struct AnswerSentence {
    /// The reasoning, without white space at its ends.
    let before: String
    /// What follows the answer.
    let after: String

    /// - Parameter letter: what `AnswerReader` reads in the text
    init(in text: String, letter: Letter) {
        let ends = Self.sentenceEnds(of: text)
        // The first sentence with which the text is readable.
        let deciding =
            ends.indices.first { AnswerReader.letter(in: String(text[..<ends[$0]])) == letter }
            ?? ends.count - 1
        let start = deciding > 0 ? ends[deciding - 1] : text.startIndex
        after = String(text[ends[deciding]...])
        let kept = text[..<start] + Self.reasoning(in: text[start..<ends[deciding]])
        before = String(kept).strippedOfWhiteSpace
    }

    /// The places behind each sentence or line; the last is the text's end.
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

    /// What a sentence says before it states the answer, ended as a sentence.
    ///
    /// "It is the home, so the answer is C." reasons; "So the answer is C." does not.
    private static func reasoning(in sentence: Substring) -> String {
        let openings = ["the answer", "the correct", "answer is", "answer:", "\\boxed", "答案"]
        guard
            let cut = openings.compactMap({ sentence.firstRange(ignoringCaseOf: $0)?.lowerBound })
                .min()
        else { return "" }
        var words = String(sentence[..<cut]).strippedOfWhiteSpace
        let links = [
            "so", "thus", "hence", "therefore", "and", "then", "which means", "因此", "所以", "故",
        ]
        while true {
            while let last = words.last, ",;:—-*$(，；：".contains(last) || last.isWhitespace {
                words.removeLast()
            }
            guard let link = links.first(where: { words.endsInWord($0) }) else { break }
            words.removeLast(link.count)
        }
        guard let last = words.last else { return "" }
        return last.isLetter || last.isNumber || ")]\"'".contains(last) ? words + "." : words
    }
}

extension StringProtocol {
    /// The text without white space at its ends.
    var strippedOfWhiteSpace: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }),
            let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }

    /// Where the words, in lower case, stand first, in any case.
    fileprivate func firstRange(ignoringCaseOf words: String) -> Range<Index>? {
        range(of: words, options: .caseInsensitive)
    }

    /// Whether it ends in the word, in any case, with no letter before it.
    fileprivate func endsInWord(_ word: String) -> Bool {
        guard lowercased().hasSuffix(word) else { return false }
        guard let before = dropLast(word.count).last else { return true }
        return !before.isLetter || !before.isASCII
    }
}
