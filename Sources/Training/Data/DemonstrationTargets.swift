import Benchmarks
import Foundation
import Tokenization

/// Finds the tokens of the demonstrations' answers in a prompt that is tokenised whole.
///
/// An answer's tokens are those that begin in it. A token that holds the answer's end and the line
/// break after it is one of them. A token that also holds text before the answer is not.
struct DemonstrationTargets {
    /// The ids of the text up to where an answer begins, and up to where it ends.
    private let beginnings: [(start: [Int32], end: [Int32])]

    /// - Parameter prompt: a whole prompt, as the model reads it, including the prefix
    init(
        of prefix: PromptPrefix, in prompt: String, _ encoder: PromptEncoder
    ) throws {
        let bytes = Data(prompt.utf8)
        let place = bytes.range(of: Data(prefix.text.utf8))?.lowerBound ?? 0
        func beginning(_ count: Int) throws -> [Int32] {
            try encoder.encode(
                String(decoding: bytes.prefix(place + count), as: UTF8.self))
        }
        beginnings = try prefix.answerRanges.map {
            (try beginning($0.lowerBound), try beginning($0.upperBound))
        }
    }

    /// The example with a weight of 1 on every token of its demonstrations' answers.
    func added(to example: Example) -> Example {
        var example = example
        for (start, end) in beginnings {
            let first = Self.tokensThatEnd(in: start, example.tokens)
            let last = Self.tokensThatEnd(in: end, example.tokens)
            // Where the beginning has further tokens, the prompt's next token crosses the end of
            // the beginning.
            let from = first + (start.count > first ? 1 : 0)
            let to = min(last + (end.count > last ? 1 : 0), example.tokens.count)
            for index in from..<max(from, to) { example.weights[index] = 1 }
        }
        return example
    }

    /// How many of the prompt's tokens lie entirely within a beginning of its text.
    private static func tokensThatEnd(in beginning: [Int32], _ whole: [Int32]) -> Int {
        zip(beginning, whole).prefix { $0 == $1 }.count
    }
}
