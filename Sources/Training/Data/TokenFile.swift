import Basics
import Foundation

/// A file of token ids: JSON lines with `input_ids` and optional `labels`.
public enum TokenFile {
    /// A sequence's ids, and its labels if it has any.
    public struct Sequence: Decodable, Sendable {
        public let tokens: [Int32]
        public let labels: [Int32]?

        private enum CodingKeys: String, CodingKey {
            case tokens = "input_ids"
            case labels
        }

        var example: Example {
            Example(
                tokens: tokens,
                weights: labels.map { labels in labels.map { $0 == -100 ? 0 : 1 } }
                    ?? .init(repeating: 1, count: tokens.count))
        }
    }

    /// A line: its sequence, and another sequence for the few-shot loss if it has one.
    public struct Line: Decodable, Sendable {
        private let zeroShot: Sequence
        public let fewShot: Sequence?
        /// The line's number in the file, from 1.
        public fileprivate(set) var number = 0

        public var tokens: [Int32] { zeroShot.tokens }
        public var labels: [Int32]? { zeroShot.labels }
        public var example: Example { zeroShot.example }

        private enum CodingKeys: String, CodingKey {
            case fewShot = "few_shot"
        }

        public init(from decoder: any Decoder) throws {
            zeroShot = try Sequence(from: decoder)
            fewShot = try decoder.container(keyedBy: CodingKeys.self)
                .decodeIfPresent(Sequence.self, forKey: .fewShot)
        }
    }

    /// What messages call a line.
    public static func name(_ line: Int, of path: String) -> String { "\(path), line \(line)" }

    /// - Parameters:
    ///   - contextLength: the maximum number of tokens in a sequence; nil is any number
    ///   - vocabularySize: the number of tokens that the model has rows for; nil is any number
    ///   - skip: receives the number of each line that is too long, which is then left out; nil
    ///     refuses such a line
    /// - Throws: `FileError` that names the line.
    public static func read(
        _ path: String, contextLength: Int? = nil, vocabularySize: Int? = nil,
        skipping skip: ((_ line: Int) -> Void)? = nil
    ) throws -> [Line] {
        guard let data = try FileFormat.jsonLines.contents(of: path) else {
            throw FileError(path: path, problem: "cannot be read")
        }
        let decoder = JSONDecoder()
        let lines = try data.split(separator: 10, omittingEmptySubsequences: false).enumerated()
            .filter { !$0.element.isEmpty }
            .compactMap { number, text -> Line? in
                func refusal(_ problem: String) -> FileError {
                    FileError(
                        path: name(number + 1, of: path), problem: problem,
                        remedy: "an object with input_ids and, if any, as many labels is needed")
                }
                guard var line = try? decoder.decode(Line.self, from: Data(text)) else {
                    let fault = JSONSyntax(faultIn: text)
                    throw refusal(
                        fault.map { "is not JSON: in column \($0.column) \($0.problem)" }
                            ?? "is not such an object")
                }
                line.number = number + 1
                let sequences = [line.tokens] + (line.fewShot.map { [$0.tokens] } ?? [])
                for sequence in sequences {
                    guard !sequence.isEmpty else { throw refusal("has no input_ids") }
                    if let contextLength, sequence.count > contextLength {
                        guard skip == nil else { continue }
                        throw FileError(
                            path: name(number + 1, of: path),
                            problem: "has \(sequence.count) input_ids",
                            remedy: "the model has room for \(contextLength)")
                    }
                    try check(sequence, within: vocabularySize, of: name(number + 1, of: path))
                }
                try check(line.tokens, line.labels, refusal)
                if let fewShot = line.fewShot {
                    try check(fewShot.tokens, fewShot.labels) { refusal("few_shot \($0)") }
                }
                if let skip, let contextLength,
                    sequences.contains(where: { $0.count > contextLength })
                {
                    skip(number + 1)
                    return nil
                }
                return line
            }
        guard !lines.isEmpty else {
            throw FileError(
                path: path,
                problem: "has no lines" + (skip == nil ? "" : " that the model has room for"))
        }
        return lines
    }

    private static func check(
        _ tokens: [Int32], within vocabularySize: Int?, of line: String
    ) throws {
        guard let vocabularySize,
            let bad = tokens.first(where: { !(0..<Int32(clamping: vocabularySize)).contains($0) })
        else { return }
        throw FileError(
            path: line, problem: "has token \(bad)",
            remedy: "the model has rows for \(vocabularySize) tokens, counted from 0")
    }

    private static func check(
        _ tokens: [Int32], _ labels: [Int32]?, _ refusal: (String) -> FileError
    ) throws {
        guard let labels else { return }
        guard labels.count == tokens.count else {
            throw refusal("has \(tokens.count) input_ids and \(labels.count) labels")
        }
        for (token, label) in zip(tokens, labels) where label != -100 && label != token {
            throw refusal("labels token \(token) as \(label)")
        }
    }
}
