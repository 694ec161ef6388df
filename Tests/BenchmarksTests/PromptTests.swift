import Testing

@testable import Benchmarks

/// Whole prompts, written out by hand from the layouts' descriptions.
@Suite struct PromptTests {
    private let tea = Question(
        id: QuestionID(subject: "high_school_physics", split: .dev, row: 0),
        question: "What warms tea?", choices: ["Fire", "Ice", "Snow ", "None"], answer: .a)
    private let boat = Question(
        id: QuestionID(subject: "high_school_physics", split: .val, row: 0),
        question: " A boat floats.\nWhy?", choices: ["1.0", "It is light", "Wind", "007"],
        answer: .b)
    private let asked = Question(
        id: QuestionID(subject: "high_school_physics", split: .test, row: 3),
        question: "What falls?", choices: ["Up", "Down", "A stone", "Light"], answer: .c)

    private func rationales(_ questions: Question...) -> RationaleBook {
        RationaleBook(
            rows: questions.map {
                RationaleRow(
                    question: $0, rationale: "Think of \($0.answer.rawValue).", teacher: nil,
                    accepted: true)
            })
    }

    @Test func `hendrycks asks with two spaces and letters`() throws {
        let prefix = PromptPrefix(
            Hendrycks(), topic: "high school physics", shots: [tea, boat],
            rationales: rationales(tea, boat))
        #expect(
            try prefix.prompt(asking: asked).text == """
                The following are multiple choice questions (with answers) about  high \
                school physics.

                What warms tea?
                A. Fire
                B. Ice
                C. Snow\u{20}
                D. None
                Answer: A

                 A boat floats.
                Why?
                A. 1.0
                B. It is light
                C. Wind
                D. 007
                Answer: B

                What falls?
                A. Up
                B. Down
                C. A stone
                D. Light
                Answer:
                """)
    }

    @Test(arguments: [CoT(), PlainCoT()] as [any PromptPreset])
    func `cot and plain-cot show rationales where every shot has one`(preset: any PromptPreset)
        throws
    {
        let prefix = PromptPrefix(
            preset, topic: "high school physics", shots: [tea, boat],
            rationales: rationales(tea, boat))
        #expect(prefix.showsRationales)
        #expect(
            try prefix.prompt(asking: asked).text == """
                The following are multiple choice questions (with answers) about high school \
                physics. Think step by step, then finish with "The answer is X."

                What warms tea?
                A. Fire
                B. Ice
                C. Snow\u{20}
                D. None
                Answer: Think of A. The answer is A.

                 A boat floats.
                Why?
                A. 1.0
                B. It is light
                C. Wind
                D. 007
                Answer: Think of B. The answer is B.

                What falls?
                A. Up
                B. Down
                C. A stone
                D. Light
                Answer:
                """)
    }

    @Test(arguments: [CoT(), PlainCoT()] as [any PromptPreset])
    func `one shot without a rationale hides them all`(preset: any PromptPreset) throws {
        let prefix = PromptPrefix(
            preset, topic: "stem", shots: [tea, boat], rationales: rationales(tea))
        #expect(!prefix.showsRationales)
        #expect(
            prefix.text == """
                The following are multiple choice questions (with answers) about stem. \
                Think step by step, then finish with "The answer is X."

                What warms tea?
                A. Fire
                B. Ice
                C. Snow\u{20}
                D. None
                Answer: The answer is A.

                 A boat floats.
                Why?
                A. 1.0
                B. It is light
                C. Wind
                D. 007
                Answer: The answer is B.


                """)
    }

    @Test func `without shots a prompt is header and question`() throws {
        let prefix = PromptPrefix(Hendrycks(), topic: "high school physics")
        let prompt = try prefix.prompt(asking: asked)
        #expect(!prefix.showsRationales)
        #expect(
            prompt.prefix
                == "The following are multiple choice questions (with answers) about  high school"
                + " physics.\n\n")
        #expect(prompt.question == "What falls?\nA. Up\nB. Down\nC. A stone\nD. Light\nAnswer:")
        #expect(try Hendrycks().header(subject: "high_school_physics") == prompt.prefix)
    }

    @Test func `targets and letters have their spaces`() {
        #expect(Hendrycks().target(for: asked, rationale: "Because.") == " C")
        #expect(CoT().target(for: asked, rationale: "Because.") == "Because. The answer is C.")
        #expect(CoT().target(for: asked, rationale: nil) == "The answer is C.")
        #expect(
            PlainCoT().target(for: asked, rationale: "Because.") == " Because. The answer is C.")
        #expect(PlainCoT().target(for: asked, rationale: nil) == " The answer is C.")
        #expect(Prompts.all.map { $0.letterText(.b) } == [" B", "B", " B"])
    }

    @Test func `each preset has its name, scoring, template and end`() {
        #expect(Prompts.all.map(\.name) == ["hendrycks", "cot", "plain-cot"])
        #expect(Prompts.all.map(\.defaultScoring) == [.letter, .generate, .generate])
        #expect(Prompts.all.map(\.usesChatTemplate) == [false, true, false])
        #expect(Prompts.all.map(\.appendsEndToken) == [false, true, true])
    }

    @Test func `a prompt never shows the question that it asks`() {
        var shown = asked
        shown.id = QuestionID(subject: "high_school_physics", split: .val, row: 8)
        shown.question = "what  falls?"
        let prefix = PromptPrefix(PlainCoT(), topic: "stem", shots: [tea, shown])
        #expect(
            refusal { try prefix.prompt(asking: asked) }
                == "the prompt for high_school_physics test row 3 shows that question among its"
                + " shots, with the answer; shots must be chosen without the questions asked.")
    }

    @Test func `a prefix knows where its shots' answers stand`() {
        func answers(_ preset: any PromptPreset, _ rationales: RationaleBook) -> [String] {
            let prefix = PromptPrefix(
                preset, topic: "é", shots: [boat, tea], rationales: rationales)
            return prefix.answerRanges.map {
                String(decoding: Array(prefix.text.utf8)[$0], as: UTF8.self)
            }
        }
        #expect(answers(Hendrycks(), rationales(tea, boat)) == [" B", " A"])
        #expect(answers(PlainCoT(), rationales(tea)) == [" The answer is B.", " The answer is A."])
        #expect(
            answers(CoT(), rationales(tea, boat)) == [
                " Think of B. The answer is B.", " Think of A. The answer is A.",
            ])
        #expect(PromptPrefix(PlainCoT(), topic: "tea").answerRanges.isEmpty)
    }

    @Test func `a mixed prefix is about its category`() throws {
        let sociology = World.question("sociology", .dev, 0)
        let econometrics = World.question("econometrics", .dev, 0)
        #expect(try PromptPrefix.topic(of: [tea, boat]) == "high school physics")
        #expect(try PromptPrefix.topic(of: [sociology, econometrics]) == "social sciences")
        #expect(
            refusal { try PromptPrefix.topic(of: [sociology, tea]) }
                == "a prefix was to show sociology of social sciences and high_school_physics of"
                + " stem; right would be shots of one category.")
        #expect(
            refusal { try PromptPrefix.topic(of: []) }
                == "the topic of no questions was asked for; right would be one or more.")
    }

    @Test func `an unknown preset is refused with the nearest`() throws {
        #expect(try Prompts.preset(named: "plain-cot").name == "plain-cot")
        #expect(
            refusal { try Prompts.preset(named: "hendricks") }
                == "prompt 'hendricks' is unknown. Did you mean 'hendrycks'? The prompts are"
                + " hendrycks, cot, plain-cot.")
    }

    /// Made with Python's hashlib from the same texts, put together there.
    @Test(arguments: [
        ("hendrycks", "7fca09f49f7867251ecea214e4bc8ef686a7bc079727f3aa40c9cfbee17d25aa"),
        ("cot", "631db4ee423bdbcd0b596fa8c74345a445c7b7e135e207afba71e03e1e9567d9"),
        ("plain-cot", "8430e317cd946d9b7d4e702b1a9c278a561ebee7781e0fdef89445ee78a152c1"),
    ])
    func `the hash is that of the preset's texts`(name: String, hash: String) throws {
        #expect(try Prompts.preset(named: name).promptHash == hash)
    }
}
