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

    private func rationales(_ questions: Question...) -> RationaleIndex {
        RationaleIndex(
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

    @Test func `targets and letters have their spaces`() throws {
        #expect(Hendrycks().target(for: asked, rationale: "Because.") == " C")
        #expect(CoT().target(for: asked, rationale: "Because.") == "Because. The answer is C.")
        #expect(CoT().target(for: asked, rationale: nil) == "The answer is C.")
        #expect(
            PlainCoT().target(for: asked, rationale: "Because.") == " Because. The answer is C.")
        #expect(PlainCoT().target(for: asked, rationale: nil) == " The answer is C.")
        #expect(
            Prompts.all.map { $0.letterText(.b) } == [
                " B", " B", "B", "B", "B", "B", " B", " B",
            ])
        for name in ["lm-eval", "hendrycks"] {
            #expect(try Prompts.preset(named: name).target(for: asked, rationale: "x") == " C")
        }
        #expect(Chat().target(for: asked, rationale: "Because.") == "C")
        for release in LlamaFactory.Release.allCases {
            #expect(
                LlamaFactory(release).target(for: asked, rationale: "Because.")
                    == "C<|im_end|>\n")
        }
        #expect(Continuation().target(for: asked, rationale: nil) == " A stone")
    }

    @Test func `a choice's text has what the preset has before a letter`() {
        #expect(Hendrycks().choiceText(.b, of: tea) == " Ice")
        #expect(Chat().choiceText(.c, of: tea) == "Snow ")
        #expect(Continuation().choiceText(.a, of: tea) == " Fire")
    }

    @Test func `the ends of a question are what Python's strip leaves`() {
        for (text, stripped) in [
            (" a b\n", "a b"), ("\u{1C}\u{1F}\u{85}\u{3000}x\u{A0}\r\n", "x"),
            ("\u{200B}x\u{FEFF}", "\u{200B}x\u{FEFF}"), (" \u{301}x", "\u{301}x"), ("\t\n", ""),
        ] {
            #expect(Array(text.strippedAsInPython.utf8) == Array(stripped.utf8))
        }
    }

    @Test func `each preset has its name, scoring, template and end`() {
        #expect(
            Prompts.all.map(\.name) == [
                "hendrycks", "lm-eval", "llama-factory", "llama-factory-0.9.2", "chat", "cot",
                "plain-cot", "continuation",
            ])
        #expect(
            Prompts.all.map(\.defaultScoring) == [
                .letter, .letter, .letter, .letter, .letter, .generate, .generate, .choice,
            ])
        #expect(Prompts.all.filter(\.usesChatTemplate).map(\.name) == ["chat", "cot"])
        #expect(Prompts.all.filter(\.appendsEndToken).map(\.name) == ["chat", "cot", "plain-cot"])
        #expect(Prompts.all.filter(\.showsRationales).map(\.name) == ["cot", "plain-cot"])
        #expect(Prompts.all.filter { !$0.showsLetters }.map(\.name) == ["continuation"])
    }

    @Test func `a prompt never shows the question that it asks`() {
        var shown = asked
        shown.id = QuestionID(subject: "high_school_physics", split: .val, row: 8)
        shown.question = "what  falls?"
        let prefix = PromptPrefix(PlainCoT(), topic: "stem", shots: [tea, shown])
        #expect(
            refusal { try prefix.prompt(asking: asked) }
                == "the prompt for high_school_physics test row 3: has that question among its"
                + " shots, with the answer; other shots are needed")
    }

    @Test func `a prefix knows where its shots' answers stand`() {
        func answers(_ preset: any PromptPreset, _ rationales: RationaleIndex) -> [String] {
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
        #expect(answers(LlamaFactory(), rationales()) == ["B<|im_end|>\n", "A<|im_end|>\n"])
        #expect(answers(Continuation(), rationales()) == [" It is light", " Fire"])
        #expect(PromptPrefix(PlainCoT(), topic: "tea").answerRanges.isEmpty)
    }

    @Test func `a mixed prefix is about its category`() throws {
        let sociology = World.question("sociology", .dev, 0)
        let econometrics = World.question("econometrics", .dev, 0)
        #expect(try PromptPrefix.topic(of: [tea, boat]) == "high school physics")
        #expect(try PromptPrefix.topic(of: [sociology, econometrics]) == "social sciences")
        #expect(
            refusal { try PromptPrefix.topic(of: [sociology, tea]) }
                == "a prompt's shots: are of sociology (social sciences) and high_school_physics"
                + " (stem); shots of one category are needed")
        #expect(
            refusal { try PromptPrefix.topic(of: []) }
                == "a prompt's topic: there are no questions; one or more are needed")
    }

    @Test func `what a mixed prefix is about depends on the map`() throws {
        let anatomy = World.question("anatomy", .dev, 0)
        let astronomy = World.question("astronomy", .dev, 0)
        #expect(try PromptPrefix.topic(of: [anatomy, astronomy], by: .lmEval) == "stem")
        #expect(refusal { try PromptPrefix.topic(of: [anatomy, astronomy]) } != nil)
    }

    @Test func `an unknown preset is refused with the nearest`() throws {
        #expect(try Prompts.preset(named: "plain-cot").name == "plain-cot")
        #expect(
            refusal { try Prompts.preset(named: "hendricks") }
                == "there is no prompt 'hendricks'; did you mean hendrycks? one of"
                + " hendrycks, lm-eval, llama-factory, llama-factory-0.9.2, chat, cot, plain-cot,"
                + " continuation, authors, authors-published is needed")
    }

    /// Made with Python's hashlib from the same texts, put together there.
    @Test(arguments: [
        ("hendrycks", "7fca09f49f7867251ecea214e4bc8ef686a7bc079727f3aa40c9cfbee17d25aa"),
        ("cot", "631db4ee423bdbcd0b596fa8c74345a445c7b7e135e207afba71e03e1e9567d9"),
        ("plain-cot", "8430e317cd946d9b7d4e702b1a9c278a561ebee7781e0fdef89445ee78a152c1"),
        ("lm-eval", "a4295cabad99241545fff5652261b51fc8d78212df145b82f0577f424d1841e9"),
        ("chat", "dd0f72e1c5323a969c510d6d21267c5f9769d0b9653ef13fc071d46857c73825"),
        ("llama-factory", "17dda5ecf51a5b3e0969bdfdb7e2c79ac96ef72e335997d1f2ab901f02da7e6e"),
        ("llama-factory-0.9.2", "464e714e553aa5aeba54e370572152e7f7ce33c9a5565c9cd122bb5971013757"),
        ("continuation", "cc7e563652dccaf6dfa7fe645ad06c546794e46de9dc1ae3c13d48de0a012eda"),
    ])
    func `the hash is that of the preset's texts`(name: String, hash: String) throws {
        #expect(try Prompts.preset(named: name).promptHash == hash)
    }
}
