import Benchmarks
import Foundation
import Scoring
import TestSupport
import Testing
import Tokenization

/// The prompt of the authors of arXiv 2602.23197 with Qwen2.5's tokenizer.
@Suite struct AuthorsTokensTests {
    @Test(
        .enabled(
            if: Fixture.shared != nil,
            "no ../shared or FT_MMLU_SHARED: the authors' prompts were not tokenised"))
    func `a prompt has the tokens of its parts, as the authors tokenise them`() throws {
        let shared = URL(fileURLWithPath: try #require(Fixture.shared)).appending(path: "data")
        let tokenizer = try TokenizerFile.loadTokenizer(
            folder: shared.appending(path: "qwen2.5-tokenizer"))
        let dataset = MMLU(folder: shared.appending(path: "mmlu"))
        let preset = Authors(try PromptInstructions("Answer it:\n- So: 'Answer: <choice>'.\n"))
        var count = 0
        for subject in try dataset.subjects(in: .dev) {
            let rows = try dataset.questions(of: subject, in: .dev)
            let book = RationaleIndex(
                rows: rows.map {
                    RationaleRow(
                        question: $0, rationale: "- Of \($0.choices[1])\n\nso it is.",
                        teacher: nil, accepted: true)
                })
            let shots = Array(rows.dropLast())
            let whole = try PromptPrefix(preset, topic: subject, shots: shots, rationales: book)
                .prompt(asking: rows[rows.count - 1]).text
            var parts = [preset.header(topic: subject)]
            for shot in shots {
                let rationale = book.rationale(for: shot)
                parts += [
                    preset.question(shot), preset.target(for: shot, rationale: rationale) + "\n\n",
                ]
            }
            parts.append(preset.question(rows[rows.count - 1]))
            #expect(parts.joined() == whole)
            #expect(
                try tokenizer.encode(whole) == parts.flatMap { try tokenizer.encode($0) },
                "\(subject)")
            count += 1
        }
        #expect(count == 57)
    }
}
