import Basics
import Benchmarks
import Foundation
import TestSupport
import Testing
import Tokenization

@testable import Evaluation

/// Whole prompts as lm-eval's own code, or a second writing of the others, makes them
/// (`scripts/oracle/prompt_goldens.py`).
@Suite struct PromptGoldenTests {
    private struct Invented: Decodable {
        struct Case: Decodable {
            let preset: String
            let shots: Int
            let row: Int
            let text: String
            let ids: [String: [Int32]]
            let letters: [String]?
            let choices: [String]?
        }

        let subject: String
        let rows: [String: [[String]]]
        let rationales: [String: String]
        let cases: [Case]

        func questions(_ split: Split) throws -> [Question] {
            try (rows[split.rawValue] ?? []).enumerated().map { row, fields in
                Question(
                    id: QuestionID(subject: subject, split: split, row: row), question: fields[0],
                    choices: Array(fields[1...4]),
                    answer: try #require(Letter(rawValue: fields[5])))
            }
        }
    }

    private struct Published: Decodable {
        struct Case: Decodable {
            let preset: String
            let shots: Int
            let text: String
            let ids: String
            let tokens: Int
        }

        struct Exemplars: Decodable {
            let found: Int
            let sha256: String
        }

        let cases: [Case]
        let exemplars: Exemplars
    }

    private static let folder = Fixture.repository.appending(path: "Tests/Fixtures/prompts")

    private func read<Value: Decodable>(_ name: String) throws -> Value {
        try JSONDecoder().decode(
            Value.self, from: Data(contentsOf: Self.folder.appending(path: name + ".json")))
    }

    private func encoder(
        _ preset: any PromptPreset, _ tokenizer: any Tokenizer
    ) throws -> PromptEncoder {
        try PromptEncoder(
            tokenizer, chat: preset.usesChatTemplate ? Conversation.qwen25Instruct() : nil)
    }

    /// The prompts as a run makes them.
    private func tokens(
        _ preset: any PromptPreset, _ prefix: PromptPrefix, shots: [Question],
        _ questions: [Question], _ tokenizer: any Tokenizer
    ) throws -> [[Int32]] {
        try PromptBuilder(
            encoder(preset, tokenizer), longest: .max
        ).groups(subject: "any", shots: shots, questions: questions) { _ in prefix }
            .flatMap { group in group.questions.map { group.prefix + $0.suffix } }
    }

    @Test(arguments: Prompts.all.map(\.name))
    func `prompts of invented rows have the golden text and tokens`(name: String) throws {
        let golden: Invented = try read("invented")
        let preset = try Prompts.preset(named: name)
        let byteLevel = Fixture.repository.appending(path: "Tests/Fixtures/tokenizer/split.json")
        let tokenizers: [String: any Tokenizer] = [
            "split": try BPETokenizer(
                json: Array(Data(contentsOf: byteLevel)), name: "split.json"),
            "pocket": try TokenizerFile.loadTokenizer(
                folder: URL(fileURLWithPath: Fixture.pocket)),
        ]
        let pool = try golden.questions(.dev) + golden.questions(.val)
        let asked = try golden.questions(.test)
        let rationales = RationaleIndex(
            rows: pool.compactMap { question in
                golden.rationales[question.question].map {
                    RationaleRow(question: question, rationale: $0, teacher: nil, accepted: true)
                }
            })
        let cases = golden.cases.filter { $0.preset == name }
        #expect(cases.count == 6)
        for expected in cases {
            let shots = Array(pool.prefix(expected.shots))
            let question = asked[expected.row]
            let prefix = PromptPrefix(
                preset, topic: "high school physics", shots: shots, rationales: rationales)
            let text = try prefix.prompt(asking: question).text
            let shown = try encoder(preset, #require(tokenizers.values.first)).prompt(text)
            #expect(
                Array(shown.utf8) == Array(expected.text.utf8),
                "\(expected.shots) shots, row \(expected.row)")
            for (tokenizerName, tokenizer) in tokenizers {
                let ids = try #require(expected.ids[tokenizerName])
                #expect(
                    try tokens(preset, prefix, shots: shots, [question], tokenizer) == [ids],
                    "\(tokenizerName), \(expected.shots) shots, row \(expected.row)")
            }
            if let letters = expected.letters {
                #expect(Letter.allCases.map(preset.letterText) == letters)
            }
            if let choices = expected.choices {
                #expect(prefix.choiceTexts(of: question) == choices)
            }
        }
    }

    @Test(
        .enabled(
            if: Fixture.shared != nil,
            "no ../shared or FT_MMLU_SHARED: prompts of published rows were not checked"),
        arguments: Prompts.all.map(\.name))
    func `prompts of published rows have the golden text and Qwen's tokens`(name: String) throws {
        let shared = URL(fileURLWithPath: try #require(Fixture.shared)).appending(path: "data")
        let golden: Published = try read("published")
        let preset = try Prompts.preset(named: name)
        let tokenizer = try TokenizerFile.loadTokenizer(
            folder: shared.appending(path: "qwen2.5-tokenizer"))
        let dataset = MMLU(folder: shared.appending(path: "mmlu"))
        let subjects = try dataset.subjects(in: .test)
        #expect(subjects.count == 57)
        let cases = golden.cases.filter { $0.preset == name }
        #expect(cases.map(\.shots) == [0, 5, 7])
        for expected in cases {
            var text = SHA256()
            var ids = SHA256()
            var count = 0
            for subject in subjects {
                let shots = try Shots.select(
                    count: expected.shots, for: subject, from: .devThenVal, in: dataset,
                    excluding: [])
                let prefix = PromptPrefix(
                    preset, topic: try Subjects.subject(named: subject).title, shots: shots)
                let rows = try dataset.questions(of: subject, in: .test)
                let asked = [rows[0], rows[rows.count / 2], rows[rows.count - 1]]
                for question in asked {
                    let prompt = try prefix.prompt(asking: question).text
                    let bytes = Array(try encoder(preset, tokenizer).prompt(prompt).utf8)
                    text.update(Array("\(bytes.count):".utf8) + bytes)
                }
                for tokens in try tokens(preset, prefix, shots: shots, asked, tokenizer) {
                    count += tokens.count
                    ids.update(
                        Array((tokens.map(String.init).joined(separator: " ") + "\n").utf8))
                }
            }
            #expect(text.hexDigest() == expected.text, "\(expected.shots) shots")
            #expect(ids.hexDigest() == expected.ids, "\(expected.shots) shots")
            #expect(count == expected.tokens)
        }
    }

    @Test(
        .enabled(
            if: Fixture.shared != nil,
            "no ../shared or FT_MMLU_SHARED: its worked exemplars were not read"))
    func `the published exemplars are found by their questions`() throws {
        let shared = URL(fileURLWithPath: try #require(Fixture.shared)).appending(path: "data/mmlu")
        let golden: Published = try read("published")
        let book = try RationaleIndex(files: [shared.appending(path: "cot/mmlu-cot.json")])
        let dataset = MMLU(folder: shared)
        var digest = SHA256()
        var found = 0
        for subject in try dataset.subjects(in: .dev) {
            for question in try dataset.questions(of: subject, in: .dev) {
                guard let reasoning = book.rationale(for: question) else { continue }
                found += 1
                digest.update(Array("\(subject) \(question.id.row) \(reasoning)\n".utf8))
            }
        }
        #expect(found == golden.exemplars.found)
        #expect(digest.hexDigest() == golden.exemplars.sha256)
        let val = try dataset.questions(of: "philosophy", in: .val)
        #expect(val.allSatisfy { book.rationale(for: $0) == nil })
    }
}
