import Basics
import Benchmarks
import Evaluation
import Foundation
import TestSupport
import Testing
import Tokenization

@testable import Experiments
@testable import Training

/// Few-shot prompts of training, made of questions in a folder.
@Suite struct DemonstrationTargetsTests {
    /// The first step's trees over the val rows of philosophy.
    private func trees(
        batch: [Int] = [0, 1, 2], prompt: String = "plain-cot", shotRationales: String? = nil,
        _ change: (inout FewShotConfig) -> Void = { _ in }
    ) throws -> (trees: [ExampleTree], set: TrainingSet, questions: [String: [Question]]) {
        try Fixture.withTemporaryFolder { folder in
            try QuestionFolder.write(tests: ["philosophy": 3], dev: 4, val: 8, to: folder)
            let dataset = MMLU(folder: URL(fileURLWithPath: folder))
            let training = try trainSettings(on: folder) {
                ($0.trainRows, $0.objective) = ("val", .zeroShotAndFewShot)
                change(&$0.fewShot)
            }
            let evaluation = try evaluationSettings(of: folder) {
                ($0.prompt, $0.shots) = (PromptName(prompt), [0, 2])
                $0.shotRationales = shotRationales
            }
            let set = try TrainingSet(
                training, evaluation, category: .humanities, dataset: dataset,
                tokenizer: smallTokenizer(), contextLength: 4000)
            return (
                try set.fewShotTrees(step: 0, batch: batch), set,
                [
                    "dev": try dataset.questions(of: "philosophy", in: .dev),
                    "val": try dataset.questions(of: "philosophy", in: .val),
                ]
            )
        }
    }

    private func text(_ ids: [Int32]) throws -> String { try smallTokenizer().decode(ids) }

    /// The texts of each run of tokens with a weight in a tree's prefix.
    private func targets(_ tree: ExampleTree) throws -> [String] {
        var runs: [[Int32]] = [[]]
        for (token, weight) in zip(tree.prefix, tree.prefixWeights) {
            if weight == 0 { runs.append([]) } else { runs[runs.count - 1].append(token) }
        }
        return try runs.filter { !$0.isEmpty }.map(text)
    }

    @Test func `demonstrations are no targets unless all are`() throws {
        let last = try trees().trees
        #expect(last.count == 1)
        #expect(last[0].prefixWeights.allSatisfy { $0 == 0 })
        let all = try trees { $0.targets = .all }.trees
        #expect(all[0].prefix == last[0].prefix)
        #expect(all[0].continuations == last[0].continuations)
        let answers = try targets(all[0])
        #expect(answers.count == 2)
        for answer in answers {
            #expect(answer.wholeMatch(of: /\ ?The answer is [ABCD]\./) != nil, "\(answer)")
        }
        // Once for each of the three questions behind them.
        #expect(Set(all[0].prefixWeights) == [0, 3])
    }

    @Test func `under hendrycks a demonstration's target is its letter`() throws {
        let found = try trees(prompt: "hendrycks") { $0.targets = .all }
        let answers = try targets(found.trees[0])
        #expect(answers.count == 2)
        #expect(answers.allSatisfy { ["A", "B", "C", "D"].contains($0.suffix(1)) })
        #expect(answers.allSatisfy { $0.count <= 2 })
    }

    @Test func `a token is a target if it begins in the answer`() throws {
        func weights(_ symbols: [String]) throws -> [(String, Bool)] {
            let tokenizer = try smallTokenizer(symbols: symbols)
            let question = Question(
                id: QuestionID(subject: "philosophy", split: .dev, row: 0), question: "q",
                choices: ["a", "b", "c", "d"], answer: .b)
            let prefix = PromptPrefix(Hendrycks(), topic: "x", shots: [question])
            let whole = prefix.text + "next"
            let example = Example(prompt: try tokenizer.encode(whole), answer: [])
            let marked = try DemonstrationTargets(of: prefix, in: whole, PromptEncoder(tokenizer))
                .added(to: example)
            #expect(marked.tokens == example.tokens)
            return try zip(marked.tokens, marked.weights).map {
                (try tokenizer.decode([$0]), $1 == 1)
            }
        }
        let apart = try weights(["\n", "Answer:", " B"])
        #expect(apart.filter(\.1).map(\.0.last) == ["B"])
        let withEnd = try weights(["\n", "Answer:", " B\n\n"])
        #expect(withEnd.filter(\.1).map(\.0) == [" B\n\n"])
        #expect(try weights(["\n", "Answer: B"]).filter(\.1).isEmpty)
    }

    @Test func `questions a prefix and shots a prompt are as many as asked for`() throws {
        let found = try trees(batch: [0, 1, 2, 3, 4]) {
            ($0.perPrefix, $0.shots, $0.targets) = (2, 3, .all)
        }
        #expect(found.trees.map(\.continuations.count) == [2, 2, 1])
        for tree in found.trees.prefix(2) { #expect(try targets(tree).count == 3) }
        #expect(found.trees[0].prefix != found.trees[1].prefix)
        #expect(found.set.hashes == Set(try #require(found.questions["val"]).map(\.contentHash)))
    }

    @Test(arguments: [
        (FewShotConfig.Source.pool, ["val"]), (.dev, ["dev"]), (.devAndVal, ["dev", "val"]),
    ])
    func `demonstrations come from their source and count as seen`(
        source: FewShotConfig.Source, splits: [String]
    ) throws {
        var shown: Set<String> = []
        for batch in [[0], [1], [2], [3]] {
            let found = try trees(batch: batch) { ($0.source, $0.shots) = (source, 4) }
            let prompt = try text(found.trees[0].prefix + found.trees[0].continuations[0].tokens)
            let asked = try #require(found.questions["val"])[batch[0]]
            for split in ["dev", "val"] {
                let texts = try #require(found.questions[split]).filter { $0 != asked }
                    .map(\.question)
                if texts.contains(where: prompt.contains) { shown.insert(split) }
            }
            let hashes = Set(splits + ["val"]).flatMap { found.questions[$0] ?? [] }
            #expect(found.set.hashes == Set(hashes.map(\.contentHash)))
        }
        #expect(shown.isSubset(of: splits))
        #expect(!shown.isEmpty)
    }

    @Test func `demonstrations carry rationales of a file, or none`() throws {
        try Fixture.withTemporaryFolder { folder in
            let rows = try #require(trees().questions["val"]).map {
                RationaleRow(question: $0, rationale: "so it is", teacher: nil, accepted: true)
            }
            let path = folder + "/rationales.jsonl"
            try rows.map { try $0.jsonLine() }.joined(separator: "\n").write(
                toFile: path, atomically: false, encoding: .utf8)
            func count(_ own: String?, ofShots: String? = nil) throws -> Int {
                let found = try trees(shotRationales: ofShots) { $0.rationales = own }
                return try text(found.trees[0].prefix).components(separatedBy: "so it is").count - 1
            }
            #expect(try count(nil) == 0)
            #expect(try count(path) == 2)
            #expect(try count(nil, ofShots: path) == 2)
            #expect(try count("none", ofShots: path) == 0)
        }
    }
}
