import Benchmarks
import Foundation
import TestSupport
import Testing

/// Texts as models write them, each with the letter that a person reads in it, or nil.
enum AnswerTexts {
    static let lists: [(name: String, texts: [(String, Letter?)])] = [
        ("english", english), ("englishTraps", englishTraps), ("phrases", phrases),
        ("phraseTraps", phraseTraps), ("german", german), ("french", french), ("spanish", spanish),
        ("chinese", chinese), ("otherLanguages", otherLanguages), ("latex", latex),
        ("markdown", markdown), ("thinking", thinking), ("corrections", corrections),
    ]
    static let all = lists.flatMap(\.texts).map { (text: $0.0, letter: $0.1) }
}

@Suite struct AnswerTableTests {
    @Test(arguments: AnswerTexts.lists.map(\.name))
    func `texts are read as a person reads them`(list: String) throws {
        let texts = try #require(AnswerTexts.lists.first { $0.name == list }).texts
        for (text, letter) in texts {
            #expect(AnswerReader.letter(in: text) == letter, "\(text.debugDescription)")
        }
    }

    @Test func `the table has 300 texts, and a third of them are traps`() {
        let texts = AnswerTexts.all
        #expect(texts.count >= 300)
        #expect(Set(texts.map(\.text)).count == texts.count)
        let traps = texts.filter { text, letter in
            letter == nil || Self.letters(in: text).contains { $0 != letter }
        }
        #expect(traps.count * 3 >= texts.count)
        #expect(texts.count { $0.letter == nil } * 3 >= texts.count)
        for letter in Letter.allCases {
            #expect(texts.count { $0.letter == letter } > 30)
        }
    }

    /// The capitals A to D that stand by themselves.
    private static func letters(in text: String) -> Set<Letter> {
        let words = text.split { !$0.isLetter && !$0.isNumber }
        return Set(words.compactMap { Letter(rawValue: String($0)) })
    }

    @Test func `a reading says where the answer stands`() throws {
        let text = "<think>The answer is A.</think>It floats, so the correct answer is **C**. Done."
        let reading = try #require(AnswerReader.reading(of: text))
        #expect(reading.letter == .c)
        #expect(text[reading.range] == "the correct answer is **C")
        #expect(!reading.isCorrected)
        let corrected = "The answer is A. Wait, the answer is B. The answer is B."
        let second = try #require(AnswerReader.reading(of: corrected))
        #expect(second.isCorrected)
        #expect(
            second.range.lowerBound == corrected.index(corrected.startIndex, offsetBy: 23))
    }

    /// By the thread's own time, and with the long tests alone: others are at work on the machine.
    @Test(
        .enabled(if: Fixture.runsLongTests),
        arguments: [
            "the answer is ", "Answer: A. ", "(A) ", "A, ", "actually A, ", "so ", "one ", "a ",
            "\n",
            "<", "<think>", "</think>", "[", "Option A\n", "A. x\nB. y\n", "The answer is: A. ",
            "是",
            "Answer:\n", "The answer is A. Wait, no. ", "\\boxed{", "or A ", "→ ", "if ",
        ])
    func `twice the text takes about twice the time`(unit: String) {
        func seconds(_ length: Int) -> Double {
            let text = String(repeating: unit, count: length / unit.count)
            return (0..<2).map { _ in
                let start = threadSeconds()
                _ = AnswerReader.letter(in: text)
                return threadSeconds() - start
            }.min() ?? 0
        }
        func threadSeconds() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
        }
        let short = seconds(20_000)
        // Eight times as much would take sixty-four times as long if time were quadratic.
        #expect(seconds(160_000) < 24 * short + 0.05)
    }
}
