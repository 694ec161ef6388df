import Basics
import Foundation
import Torch
import Training

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

    /// A line: its sequence, and another one for the few-shot loss if it has one.
    public struct Line: Decodable, Sendable {
        private let zeroShot: Sequence
        public let fewShot: Sequence?

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

    /// - Parameter contextLength: tokens of a sequence at most; nil is any number
    /// - Throws: `FileRefusal` that names the line.
    public static func read(_ path: String, contextLength: Int? = nil) throws -> [Line] {
        guard let data = try FileFormat.jsonLines.contents(of: path) else {
            throw FileRefusal(path: path, problem: "cannot be read")
        }
        let decoder = JSONDecoder()
        let lines = try data.split(separator: 10, omittingEmptySubsequences: false).enumerated()
            .filter { !$0.element.isEmpty }
            .map { number, text in
                func refusal(_ problem: String) -> FileRefusal {
                    FileRefusal(
                        path: "\(path), line \(number + 1)", problem: problem,
                        remedy: "an object with input_ids and, if any, as many labels is needed")
                }
                guard let line = try? decoder.decode(Line.self, from: Data(text)) else {
                    let fault = JSONSyntax(faultIn: text)
                    throw refusal(
                        fault.map { "is not JSON: in column \($0.column) \($0.problem)" }
                            ?? "is not such an object")
                }
                for sequence in [line.tokens] + (line.fewShot.map { [$0.tokens] } ?? []) {
                    guard !sequence.isEmpty else { throw refusal("has no input_ids") }
                    if let contextLength, sequence.count > contextLength {
                        throw FileRefusal(
                            path: "\(path), line \(number + 1)",
                            problem: "has \(sequence.count) input_ids",
                            remedy: "the model has room for \(contextLength)")
                    }
                }
                try check(line.tokens, line.labels, refusal)
                if let fewShot = line.fewShot {
                    try check(fewShot.tokens, fewShot.labels) { refusal("few_shot \($0)") }
                }
                return line
            }
        guard !lines.isEmpty else { throw FileRefusal(path: path, problem: "has no lines") }
        return lines
    }

    private static func check(
        _ tokens: [Int32], _ labels: [Int32]?, _ refusal: (String) -> FileRefusal
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
