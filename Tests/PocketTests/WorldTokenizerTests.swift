import Benchmarks
import Testing
import Tokenization

@testable import Pocket

@Suite struct WorldTokenizerTests {
    @Test func `a question with a rationale is these twenty tokens`() throws {
        let text =
            "What goes with the fox?\nA. forest\nB. bread\nC. red\nD. iron\nAnswer:"
            + " Its home: forest. The answer is A.\n\n"
        let pieces = [
            "What▁goes▁with▁the", "▁fox", "?", "\nA.", "▁forest", "\nB.", "▁bread", "\nC.", "▁red",
            "\nD.", "▁iron", "\n", "Answer:", "▁Its▁home:", "▁forest", ".", "▁The▁answer▁is", "▁A",
            ".", "\n\n",
        ]
        let tokenizer = try PocketWorld.tokenizer()
        let expected = try pieces.map { try tokenizer.id(ofPiece: $0) }
        #expect(!expected.contains(nil))
        #expect(try tokenizer.encode(text) == expected)
    }

    @Test func `the headers are a token for each phrase and word`() throws {
        let tokenizer = try PocketWorld.tokenizer()
        let start = "The▁following▁are▁multiple▁choice▁questions▁(with▁answers)▁about"
        let headers: [(any PromptPreset, [String])] = [
            (
                PlainCoT(),
                [
                    start, "▁world", "▁religions",
                    ".▁Think▁step▁by▁step,▁then▁finish▁with▁\"The▁answer▁is▁X.\"", "\n\n",
                ]
            ),
            (Hendrycks(), [start, "▁", "▁world", "▁religions", ".", "\n\n"]),
        ]
        for (preset, pieces) in headers {
            let expected = try pieces.map { try tokenizer.id(ofPiece: $0) }
            let header = preset.header(topic: "world religions")
            #expect(try tokenizer.encode(header) == expected)
        }
    }

    @Test func `every word, phrase, letter and symbol is one token`() throws {
        let tokenizer = try PocketWorld.tokenizer()
        #expect(tokenizer.vocabularySize == WorldTokenizer.vocabularySize)
        for text in WorldTokenizer.symbols + WorldTokenizer.pieces {
            #expect(try tokenizer.encode(text).count == 1, "'\(text)'")
        }
        for text in ["A", " B", "\n", "\n\n", " fox", " forest", " geography"] {
            #expect(try tokenizer.encode(text).count == 1, "'\(text)'")
        }
    }

    @Test func `no symbol has a space, which Hugging Face would not find`() {
        #expect(!WorldTokenizer.symbols.contains { $0.contains(" ") })
    }

    @Test func `the last pair to be joined is the longest phrase`() throws {
        let tokenizer = try PocketWorld.tokenizer()
        let phrase = "The▁following▁are▁multiple▁choice▁questions▁(with▁answers)▁about"
        let last = try #require(try tokenizer.id(ofPiece: phrase))
        let characters = Set("▁" + WorldTokenizer.pieces.joined().replacing(" ", with: "▁") + "?")
        #expect(Int(last) + 1 + characters.count == tokenizer.vocabularySize)
    }

    @Test(arguments: [0, 1])
    func `a prompt's tokens end where its target's begin`(preset: Int) throws {
        let (tokenizer, preset) = (try PocketWorld.tokenizer(), PocketWorld.presets[preset])
        for row in PocketWorld.world.rows {
            let title = row.id.subject.replacing("_", with: " ")
            let prompt = preset.header(topic: title) + preset.question(row.question)
            for rationale in [row.rationale, nil] {
                let target = preset.target(for: row.question, rationale: rationale)
                let parts = try tokenizer.encode(prompt) + tokenizer.encode(target)
                #expect(try tokenizer.encode(prompt + target) == parts)
            }
        }
    }

    @Test func `every question of the world, with its shot's end, is within 45 tokens`() throws {
        let tokenizer = try PocketWorld.tokenizer()
        for row in PocketWorld.world.rows {
            let shots = try PocketWorld.presets.map { preset in
                let shot = preset.shot(row.question, rationale: row.rationale)
                return try tokenizer.encode(shot).count
            }
            #expect(shots == [20, 15])
        }
    }

    @Test func `the world loses no text that is not its own`() throws {
        let tokenizer = try PocketWorld.tokenizer()
        let text = "  Où est la chatte, Zoë?\n\n\n\tThe answer isn't A."
        #expect(try tokenizer.decode(tokenizer.encode(text)) == text)
    }
}
