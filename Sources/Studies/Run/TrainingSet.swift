import Benchmarks
import Evaluation
import Foundation
import Tokenization
import Torch
import Training

/// What an adapter learns from.
public struct TrainingSet: Sendable {
    public let examples: [Example]
    /// Content hashes of the questions in it; empty for token ids from a file.
    public let hashes: Set<String>
    /// How many targets have a rationale.
    public let rationaleCount: Int

    /// The category's training questions, as zero-shot prompts with their answers as targets.
    public init(
        _ settings: TrainSettings, _ evaluation: EvaluationSettings,
        category: Benchmarks.Category, dataset: MMLU, tokenizer: any Tokenizer, contextLength: Int
    ) throws {
        let questions = try settings.rows.questions(
            of: category, in: dataset, sampleSeed: evaluation.sampleSeed,
            holdoutCount: evaluation.holdoutCount)
        var files = settings.rationales.map { [URL(fileURLWithPath: $0)] } ?? []
        if case .file(let url) = settings.rows { files.append(url) }
        let rationales = try RationaleBook(files: files)
        let preset = evaluation.prompt
        var found = 0
        examples = try questions.map { question in
            let subject = try Subjects.subject(named: question.id.subject)
            let prompt = try PromptPrefix(preset, topic: subject.title).prompt(asking: question)
            let rationale = rationales.rationale(for: question)
            if rationale != nil { found += 1 }
            let target = preset.target(for: question, rationale: rationale)
            let example = try Self.example(
                prompt: evaluation.template?.asking(prompt.text) ?? prompt.text, target: target,
                appendsEndToken: preset.appendsEndToken,
                tokenizer: tokenizer)
            guard example.tokens.count <= contextLength else {
                throw BenchmarkError(
                    "training on \(question.id.subject) \(question.id.split.rawValue) row "
                        + "\(question.id.row): its prompt and target have \(example.tokens.count) "
                        + "tokens, the model has room for \(contextLength)")
            }
            return example
        }
        hashes = Set(questions.map(\.contentHash))
        rationaleCount = found
    }

    /// Prompt and target are tokenised as one text where a token ends between them, else each.
    static func example(
        prompt: String, target: String, appendsEndToken: Bool, tokenizer: any Tokenizer
    ) throws -> Example {
        let prompt = (text: prompt, ids: try tokenizer.encode(prompt))
        let whole = try tokenizer.encode(prompt.text + target)
        var answer =
            whole.starts(with: prompt.ids)
            ? Array(whole[prompt.ids.count...]) : try tokenizer.encode(target)
        if appendsEndToken {
            guard let end = tokenizer.endToken else {
                throw BenchmarkError(
                    "training targets end in the end token, and the tokenizer has none")
            }
            answer.append(end)
        }
        return Example(prompt: prompt.ids, answer: answer)
    }

    /// Token ids from JSON lines with `input_ids` and, unless every token is a target, `labels`, which
    /// are as long and not shifted; -100 is no target.
    public init(idsFrom path: String) throws {
        let lines = try TokenFile.read(path)
        examples = lines.map { line in
            Example(
                tokens: line.tokens,
                weights: line.labels.map { labels in labels.map { $0 == -100 ? 0 : 1 } }
                    ?? .init(repeating: 1, count: line.tokens.count))
        }
        hashes = []
        rationaleCount = 0
    }
}

/// A file of token ids: JSON lines with `input_ids` and optional `labels`.
public enum TokenFile {
    /// A line's ids, and its labels if it has any.
    public struct Line: Decodable, Sendable {
        public let tokens: [Int32]
        public let labels: [Int32]?

        private enum CodingKeys: String, CodingKey {
            case tokens = "input_ids"
            case labels
        }
    }

    /// - Throws: `FileRefusal` that names the line.
    public static func read(_ path: String) throws -> [Line] {
        guard let data = FileManager.default.contents(atPath: path) else {
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
                    throw refusal("is not such an object")
                }
                guard !line.tokens.isEmpty else { throw refusal("has no input_ids") }
                if let labels = line.labels {
                    guard labels.count == line.tokens.count else {
                        throw refusal(
                            "has \(line.tokens.count) input_ids and \(labels.count) labels")
                    }
                    for (token, label) in zip(line.tokens, labels)
                    where label != -100 && label != token {
                        throw refusal("labels token \(token) as \(label)")
                    }
                }
                return line
            }
        guard !lines.isEmpty else { throw FileRefusal(path: path, problem: "has no lines") }
        return lines
    }
}

/// `adapter/trained_questions.json`: what an adapter has seen, so that it is never asked.
public enum TrainedQuestions {
    static let name = "trained_questions.json"

    static func write(_ hashes: Set<String>, to adapter: String) throws {
        let value = JSONValue.object([
            ("content_hashes", .array(hashes.sorted().map { .string($0) }))
        ])
        try WholeFile.write(value.document, to: adapter + "/" + name)
    }

    /// nil when the adapter has no such file.
    public static func read(from adapter: String) throws -> Set<String>? {
        let path = adapter + "/" + name
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        struct Contents: Decodable { let content_hashes: [String] }
        guard let contents = try? JSONDecoder().decode(Contents.self, from: data) else {
            throw FileRefusal(
                path: path, problem: "is not a list of content hashes",
                remedy: "the file that ft-mmlu train wrote is needed")
        }
        return Set(contents.content_hashes)
    }
}
