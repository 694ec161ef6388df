import Benchmarks
import Foundation
import Scoring
import TestSupport
import Testing
import Tokenization

@testable import Experiments
@testable import Training

@Suite struct TrainingSetTests {
    /// Trains on the first val row of philosophy, with a rationale in a file if there is one.
    private func example(
        prompt: String, rationale: String? = nil, contextLength: Int = 1000,
        vocabularySize: Int? = nil
    ) throws -> (set: TrainingSet, question: Question) {
        try Fixture.withTemporaryFolder { folder in
            try QuestionFolder.write(tests: ["philosophy": 3], dev: 1, val: 1, to: folder)
            let dataset = MMLU(folder: URL(fileURLWithPath: folder))
            let question = try dataset.questions(of: "philosophy", in: .val)[0]
            var flags = ["train-rows": "val", "prompt": prompt]
            if let rationale {
                let row = RationaleRow(
                    question: question, rationale: rationale, teacher: nil, accepted: true)
                let path = folder + "/rationales.jsonl"
                try row.jsonLine().write(toFile: path, atomically: false, encoding: .utf8)
                flags["rationales"] = path
            }
            let set = try TrainingSet(
                GivenLayers.training(on: folder, flags),
                GivenLayers.evaluation(of: folder, ["prompt": prompt]), category: .humanities,
                dataset: dataset, tokenizer: smallTokenizer(), contextLength: contextLength,
                vocabularySize: vocabularySize)
            return (set, question)
        }
    }

    private let asked = """
        which of val 0 of phil
        A. red 0
        B. green 0
        C. blue 0
        D. grey 0
        Answer:
        """
    private let header = """
        The following are multiple choice questions (with answers) about philosophy. Think step by \
        step, then finish with "The answer is X."


        """

    @Test func `the prompt is no target, the answer and the end token are`() throws {
        let (set, question) = try example(prompt: "plain-cot", rationale: "red is first.")
        let tokenizer = try smallTokenizer()
        let prompt = try tokenizer.encode(header + asked)
        let end = try #require(tokenizer.endToken)
        let answer = try tokenizer.encode(" red is first. The answer is A.") + [end]
        #expect(set.examples.map(\.tokens) == [prompt + answer])
        #expect(
            set.examples.map(\.weights)
                == [prompt.map { _ in Float(0) } + answer.map { _ in Float(1) }])
        #expect(set.hashes == [question.contentHash])
        #expect(set.rationaleCount == 1)
    }

    @Test func `without a rationale the target is the answer alone`() throws {
        let (set, _) = try example(prompt: "plain-cot")
        let tokenizer = try smallTokenizer()
        let end = try #require(tokenizer.endToken)
        let answer = try tokenizer.encode(" The answer is A.") + [end]
        let tokens = try #require(set.examples.first).tokens
        #expect(Array(tokens.suffix(answer.count)) == answer)
        #expect(set.examples[0].targetCount == answer.count)
        #expect(set.rationaleCount == 0)
    }

    @Test func `under hendrycks the target is one letter`() throws {
        let (set, _) = try example(prompt: "hendrycks", rationale: "red is first.")
        let tokenizer = try smallTokenizer()
        let text =
            "The following are multiple choice questions (with answers) about  philosophy.\n\n"
            + asked + " A"
        #expect(try set.examples.map(\.tokens) == [tokenizer.encode(text)])
        #expect(set.examples[0].targetCount == 1)
    }

    @Test func `a target that would melt into the prompt is tokenised apart`() throws {
        let tokenizer = try smallTokenizer(symbols: ["Answer:", " A", "Answer: A"])
        let example = try ExampleWriter.example(
            prompt: "Answer:", target: " A", appendsEndToken: false,
            encoder: PromptEncoder(tokenizer))
        #expect(
            try example.tokens == tokenizer.encode("Answer:") + tokenizer.encode(" A"))
        #expect(example.weights == [0, 1])
    }

    @Test func `a question too long for the model is refused`() throws {
        let count = try #require(example(prompt: "hendrycks").set.examples.first).tokens.count
        #expect(try example(prompt: "hendrycks", contextLength: count).set.examples.count == 1)
        expectRefusal(
            "training on philosophy val row 0: its prompt and target have \(count) tokens, the "
                + "model has room for \(count - 1)"
        ) { try example(prompt: "hendrycks", contextLength: count - 1) }
    }

    @Test func `a question with a token that the model has no row for is refused`() throws {
        let tokens = try #require(example(prompt: "hendrycks").set.examples.first).tokens
        let largest = Int(try #require(tokens.max()))
        #expect(
            try example(prompt: "hendrycks", vocabularySize: largest + 1).set.examples.count == 1)
        expectRefusal(
            "training on philosophy val row 0: its prompt and target have token \(largest); the model "
                + "has rows for \(largest) tokens: the tokenizer of this checkpoint is needed"
        ) { try example(prompt: "hendrycks", vocabularySize: largest) }
    }

    /// Six questions of philosophy, each four times in the few-shot prompts of three steps.
    private func fewShotSet(
        in folder: String, contextLength: Int, vocabularySize: Int, shots: Int = 2
    ) throws -> (set: TrainingSet, plan: BatchSampler) {
        try QuestionFolder.write(tests: ["philosophy": 3], dev: 2, val: 6, to: folder)
        let settings = try GivenLayers.training(
            on: folder,
            [
                "train-rows": "val", "prompt": "hendrycks", "objective": "zs+fs",
                "few-shot-shots": "\(shots)", "few-shot-per-prefix": "2", "batch-size": "4",
            ])
        let set = try TrainingSet(
            settings, GivenLayers.evaluation(of: folder, ["prompt": "hendrycks"]),
            category: .humanities, dataset: MMLU(folder: URL(fileURLWithPath: folder)),
            tokenizer: smallTokenizer(), contextLength: contextLength,
            vocabularySize: vocabularySize)
        return (set, settings.plan(exampleCount: set.examples.count))
    }

    @Test func `few-shot prompts to come are looked at where one may be refused`() throws {
        try Fixture.withTemporaryFolder { folder in
            let rows = try smallTokenizer().vocabularySize
            let (whole, plan) = try fewShotSet(
                in: folder, contextLength: 5000, vocabularySize: rows)
            try whole.checkFewShot(plan, stepCount: plan.stepCount)
            let counts = try (0..<plan.stepCount).flatMap { step in
                try whole.fewShotTrees(step: step, batch: plan.batch(at: step)).flatMap { tree in
                    tree.continuations.map { tree.prefix.count + $0.tokens.count }
                }
            }
            let most = try #require(counts.max())
            let (exact, _) = try fewShotSet(
                in: folder, contextLength: most, vocabularySize: rows)
            try exact.checkFewShot(plan, stepCount: plan.stepCount)
            let (short, _) = try fewShotSet(
                in: folder, contextLength: most - 1, vocabularySize: rows)
            let words = refusal { try short.checkFewShot(plan, stepCount: plan.stepCount) }
            #expect(
                words?.hasPrefix("training on philosophy val row ") == true
                    && words?.hasSuffix(
                        ": its prompt and target have \(most) tokens, the model has room for "
                            + "\(most - 1)") == true,
                "\(words ?? "no refusal")")
        }
    }

    @Test func `a few-shot prompt is called by the question that it asks`() throws {
        try Fixture.withTemporaryFolder { folder in
            let (set, plan) = try fewShotSet(
                in: folder, contextLength: 5000,
                vocabularySize: smallTokenizer().vocabularySize)
            let batch = plan.batch(at: 0)
            let trees = try set.fewShotTrees(step: 0, batch: batch)
            #expect(trees.map(\.continuations.count) == [2, 2])
            for (tree, place) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                let row = batch[2 * tree + place]
                let name = set.fewShotName(tree: tree, continuation: place, batch: batch)
                #expect(name == "the few-shot prompt of philosophy val row \(row)")
                // Its last tokens are those of the question without demonstrations.
                let tokens = trees[tree].prefix + trees[tree].continuations[place].tokens
                #expect(tokens.suffix(20) == set.examples[row].tokens.suffix(20))
            }
        }
    }

    @Test func `a tokenizer without an end token is refused where targets end in it`() {
        struct Endless: Tokenizer {
            let vocabularySize = 256
            let endToken: Int32? = nil
            func encode(_ text: String, literal: [Range<Int>]) -> [Int32] {
                text.utf8.map(Int32.init)
            }
            func controlToken(in text: String) -> String? { nil }
            func decode(_ ids: [Int32]) -> String { "" }
            func id(ofPiece piece: String) -> Int32? { nil }
        }
        expectRefusal("training targets end in the end token, and the tokenizer has none") {
            try ExampleWriter.example(
                prompt: "a", target: "b", appendsEndToken: true,
                encoder: PromptEncoder(Endless()))
        }
    }
}

@Suite struct TokenFileTests {
    private func read(_ text: String) throws -> [Example] {
        try Fixture.withTemporaryFolder { folder in
            try text.write(toFile: folder + "/x.jsonl", atomically: false, encoding: .utf8)
            return try TrainingSet(
                idsFrom: folder + "/x.jsonl", contextLength: 4, readsFewShot: true
            ).examples
        }
    }

    private func expectRefusal(
        _ words: String, _ text: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let found = refusal { try read(text) }.map { String($0.drop { $0 != "," && $0 != ":" }) }
        #expect(found == words, sourceLocation: sourceLocation)
    }

    @Test func `labels say what is a target, in place`() throws {
        let examples = try read(
            """
            {"input_ids": [5, 6, 7, 8], "labels": [-100, -100, 7, 8]}

            {"input_ids": [9, 1]}
            {"input_ids": [2, 3], "labels": [2, -100], "few_shot": {"input_ids": [1]}}
            """)
        #expect(
            examples == [
                Example(tokens: [5, 6, 7, 8], weights: [0, 0, 1, 1]),
                Example(tokens: [9, 1], weights: [1, 1]),
                Example(tokens: [2, 3], weights: [1, 0]),
            ])
        #expect(examples.map(\.targetCount) == [2, 1, 0])
    }

    @Test func `a wrong line is refused by its number`() {
        let good = "{\"input_ids\": [1]}\n\n"
        expectRefusal(
            ", line 3: has 3 'input_ids' and 2 'labels'; as many are needed",
            good + "{\"input_ids\": [1, 2, 3], \"labels\": [1, 2]}")
        expectRefusal(
            ", line 3: 'labels' has 7 at index 1, where 'input_ids' has 2; the same or -100 is "
                + "needed: labels are not shifted",
            good + "{\"input_ids\": [1, 2], \"labels\": [-100, 7]}")
        for line in ["{\"input_ids\": []}", "{}", "{\"input_ids\": null}"] {
            expectRefusal(
                ", line 1: has no 'input_ids'; an array of token ids is needed", line)
        }
        let long = ", line 3: has 5 input_ids; the model has room for 4"
        expectRefusal(long, good + "{\"input_ids\": [1, 2, 3, 4, 5]}")
        expectRefusal(
            long,
            good + "{\"input_ids\": [1, 2], \"few_shot\": {\"input_ids\": [1, 2, 3, 4, 5]}}")
        expectRefusal(", line 1: is an array; an object is needed", "[1, 2]")
        expectRefusal(
            ", line 1: 'input_ids' has the number 1.5 at index 0; an array of token ids (whole "
                + "numbers) is needed", "{\"input_ids\": [1.5]}")
        expectRefusal(
            ", line 3: is not JSON: in column 17 the text ends before its value does; one JSON value "
                + "a line is needed",
            good + "{\"input_ids\": [1")
    }

    @Test func `a token that the model has no row for is refused by its line`() throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/x.jsonl"
            func words(of line: String, rows: Int = 9) throws -> String? {
                try ("{\"input_ids\": [8]}\n\n" + line).write(
                    toFile: path, atomically: false, encoding: .utf8)
                return refusal {
                    try TrainingSet(
                        idsFrom: path, contextLength: 4, vocabularySize: rows, readsFewShot: true)
                }
            }
            let cases = [
                ("{\"input_ids\": [1, 9]}", "9"), ("{\"input_ids\": [1, -1]}", "-1"),
                ("{\"input_ids\": [1], \"few_shot\": {\"input_ids\": [10]}}", "10"),
            ]
            for (line, token) in cases {
                let found = try words(of: line)
                #expect(
                    found == path
                        + ", line 3: has token \(token); the model has rows for 9 tokens, "
                        + "counted from 0")
            }
            let right = try words(of: cases[0].0, rows: 10)
            #expect(right == nil)
        }
    }

    @Test
    func `lines that are too long are left out where they may be, and the others keep their names`()
        throws
    {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/x.jsonl"
            let long = "[1, 2, 3, 4, 5]"
            try """
            {"input_ids": \(long)}

            {"input_ids": [1, 2], "few_shot": {"input_ids": [3, 4]}}
            {"input_ids": [1], "few_shot": {"input_ids": \(long)}}
            {"input_ids": [5, 6], "few_shot": {"input_ids": [7]}}
            {"input_ids": [7, 8], "few_shot": {"input_ids": [5, 6]}}
            """.write(toFile: path, atomically: false, encoding: .utf8)
            let set = try TrainingSet(
                idsFrom: path, contextLength: 4, vocabularySize: 9, readsFewShot: true,
                skipsTooLong: true)
            #expect(set.tooLong == [path + ", line 1", path + ", line 4"])
            #expect(set.names == [3, 5, 6].map { path + ", line \($0)" })
            #expect(set.examples.map(\.tokens) == [[1, 2], [5, 6], [7, 8]])
            // The second has a few-shot line without a target, which is none of the step's.
            #expect(try set.fewShotTrees(step: 0, batch: [1, 2]).count == 1)
            #expect(
                set.fewShotName(tree: 0, continuation: 0, batch: [1, 2])
                    == "the few-shot prompt of \(path), line 6")
            try "{\"input_ids\": \(long)}".write(
                toFile: path, atomically: false, encoding: .utf8)
            TestSupport.expectRefusal(path + ": has no lines that the model has room for") {
                try TrainingSet(
                    idsFrom: path, contextLength: 4, readsFewShot: true, skipsTooLong: true)
            }
        }
    }

    @Test func `a file without lines is refused`() {
        expectRefusal(": has no lines", "\n\n")
        TestSupport.expectRefusal("absent.jsonl: cannot be read") {
            try TrainingSet(idsFrom: "absent.jsonl", contextLength: 4, readsFewShot: true)
        }
    }
}
