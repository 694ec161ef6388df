import Basics

/// A file of token ids: JSON lines with a `TokenSequence` each, and perhaps `few_shot`.
public enum TokenFile {
    /// A line: its sequence, and another sequence for the few-shot loss if it has one.
    public struct Line: Sendable {
        private let zeroShot: TokenSequence
        public let fewShot: TokenSequence?
        /// The line's number in the file, from 1.
        public let number: Int

        public var tokens: [Int32] { zeroShot.tokens }
        public var example: Example { zeroShot.example }

        static let fewShotKey = "few_shot"

        fileprivate init(_ line: TextLine) throws {
            number = line.number
            (zeroShot, fewShot) = try line.object(known: TokenSequence.keys + [Self.fewShotKey]) {
                let sequence = try TokenSequence($0)
                guard let inner = $0[Self.fewShotKey] else { return (sequence, nil) }
                do {
                    return (
                        sequence,
                        try TokenSequence(try JSONFields(inner, known: TokenSequence.keys))
                    )
                } catch let error as InputError {
                    throw InputError("'\(Self.fewShotKey)': \(error.message)")
                }
            }
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
        guard let texts = try FileFormat.jsonLines.lines(of: path) else {
            throw FileError(path: path, problem: "cannot be read")
        }
        let lines = try texts.compactMap { text -> Line? in
            let line = try Line(text)
            let sequences = [line.tokens] + (line.fewShot.map { [$0.tokens] } ?? [])
            var isTooLong = false
            for sequence in sequences {
                if let contextLength, sequence.count > contextLength {
                    guard skip == nil else {
                        isTooLong = true
                        continue
                    }
                    throw FileError(
                        path: text.place, problem: "has \(sequence.count) input_ids",
                        remedy: "the model has room for \(contextLength)")
                }
                try check(sequence, within: vocabularySize, of: text.place)
            }
            if isTooLong { skip?(line.number) }
            return isTooLong ? nil : line
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
}
