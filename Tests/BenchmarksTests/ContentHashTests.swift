import Testing

@testable import Benchmarks

@Suite struct ContentHashTests {
    private let choices = ["Plato", " a  b", "None", "É"]

    /// Made with Python's hashlib from `length:text` of the normalised texts.
    @Test func `the hash is that of the normalised texts`() {
        #expect(
            ContentHash.of(
                question: "Who  SAID\n“Ça va”? ",
                choices: ["Plato", " a b", "None", "É"])
                == "8e6e297107f2f4c06d932c4f44518c84e9cb7ed0fc69f888b4ca79c288f6d627")
    }

    @Test func `case and white space make no difference`() {
        #expect(
            ContentHash.of(question: "Who said ça?", choices: choices)
                == ContentHash.of(
                    question: "\tWHO\u{a0}said\r\n ÇA? ",
                    choices: ["plato", "A B", "none", "é"]))
    }

    @Test func `order of choices and their borders make a difference`() {
        let hashes = [
            ["a b", "c", "d", "e"], ["c", "a b", "d", "e"], ["a", "b c", "d", "e"],
        ].map { ContentHash.of(question: "q", choices: $0) }
        #expect(Set(hashes).count == 3)
    }

    @Test func `a short hash is the beginning of the hash`() {
        let question = World.question("virology", .dev, 0)
        #expect(question.shortHash.count == 16)
        #expect(question.contentHash.hasPrefix(question.shortHash))
        #expect(ContentHash.isShort(question.shortHash))
        for bad in [
            "", "8e6e297107f2f4c", "8e6e297107f2f4c06", "8E6E297107F2F4C0", "g000000000000000",
        ] {
            #expect(!ContentHash.isShort(bad))
        }
    }

    @Test func `the answer and the place make no difference`() {
        let question = World.question("virology", .dev, 0)
        var moved = question
        moved.id.split = .test
        moved.id.row = 9
        moved.id.subject = "anatomy"
        moved.answer = .d
        #expect(moved.contentHash == question.contentHash)
    }
}
