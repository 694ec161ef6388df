import Basics
import Benchmarks
import TestSupport
import Testing

@testable import Evaluation
@testable import Experiments

@Suite struct EvaluationSettingsTests {
    private func settings(_ flags: [String: String] = [:]) throws -> EvaluationSettings {
        try Fixture.withTemporaryFolder { folder in
            try GivenLayers(flags.merging(["model": "m", "data": "d"]) { $1 }, folder: folder)
                .evaluation()
        }
    }

    @Test func `defaults are the protocol's`() throws {
        let settings = try settings()
        #expect(settings.categories == Benchmarks.Category.allCases)
        #expect(settings.limit == 250)
        #expect(settings.holdout == 1000)
        #expect(settings.shots == [0, 7])
        #expect(settings.shotSource == .devThenVal)
        #expect(settings.prompt.name == "hendrycks")
        #expect(settings.scoring == .letter)
        #expect(settings.repeats == 1)
        #expect(settings.generation.repeats == 3)
        #expect(settings.generation.sampler.temperature == 0.7)
        #expect(settings.generation.sampler.topP == 0.8)
        #expect(settings.generation.sampler.topK == 20)
        #expect(settings.generation.sampler.repetitionPenalty == 1)
        #expect(settings.generation.maxNewTokens == 512)
        #expect(settings.shotRationales == nil)
        #expect(settings.shotOrder == .first)
        #expect(settings.tooLong == .refuse)
        #expect(settings.categoryMap == .hendrycks)
    }

    @Test func `what a run was asked to do is asked again from its config file`() throws {
        for flags in [
            [:],
            [
                "shot-order": "seeded", "shot-seed": "4", "too-long": "drop-shots",
                "category-map": "lm-eval", "scoring": "choice", "prompt": "llama-factory-0.9.2",
            ],
        ] {
            let settings = try settings(flags)
            let text = settings.record.map { "\($0.0): \($0.1.line)\n" }.joined()
            let again = try Fixture.withTemporaryFolder { folder in
                try GivenLayers(["model": "m"], config: text, folder: folder).evaluation()
            }
            #expect(again.record.map { "\($0)" } == settings.record.map { "\($0)" })
            #expect(again.shotOrder == (flags.isEmpty ? .first : .seeded(4)))
            #expect(
                try again.dataset().categories == (flags.isEmpty ? .hendrycks : .lmEval))
        }
    }

    @Test func `the prompt brings its scoring, a flag another`() throws {
        #expect(try settings(["prompt": "plain-cot"]).scoring == .generate)
        #expect(try settings(["prompt": "plain-cot"]).repeats == 3)
        #expect(try settings(["prompt": "plain-cot", "scoring": "letter"]).scoring == .letter)
        #expect(try settings(["scoring": "generate", "temperature": "0"]).repeats == 1)
        #expect(try settings(["prompt": "continuation"]).scoring == .choice)
        #expect(try settings(["prompt": "continuation"]).repeats == 1)
    }

    @Test func `the built-in model brings questions, rationales and prompt`() throws {
        try Fixture.withTemporaryFolder { folder in
            let own = try GivenLayers(defaults: "limit: 9", folder: folder).evaluation()
            #expect(own.data == folder + "/mmlu")
            #expect(own.shotRationales == folder + "/rationales.jsonl")
            #expect(own.prompt.name == "plain-cot")
            #expect(own.limit == 9)
            let other = try GivenLayers(["data": "d"], defaults: "", folder: folder).evaluation()
            #expect(other.shotRationales == nil)
            #expect(other.prompt.name == "plain-cot")
        }
    }

    @Test func `words of its own are understood`() throws {
        let settings = try settings([
            "limit": "none", "shots": "0, 1,7", "categories": "stem,humanities",
            "batch-tokens": "auto", "shot-source": "train-pool",
        ])
        #expect(settings.limit == nil)
        #expect(settings.shots == [0, 1, 7])
        #expect(settings.categories == [.humanities, .stem])
        #expect(settings.batchTokens == nil)
        #expect(settings.shotSource == .trainPool)
    }

    @Test(arguments: [
        (["limit": "0"], "--limit 0: a whole number from 1 is needed"),
        (["limit": "all"], "--limit all: a whole number from 1 is needed"),
        (["shots": "0,,7"], "--shots 0,,7: a whole number from 0 is needed"),
        (["shots": "0,7,0"], "--shots 0,7,0: each value once is needed"),
        (["shots": "-1"], "--shots -1: a whole number from 0 is needed"),
        (["repeats": "0"], "--repeats 0: a whole number from 1 is needed"),
        (
            ["prompt": "plain_cot"],
            "--prompt plain_cot: there is no prompt 'plain_cot'; did you mean plain-cot? one "
                + "of hendrycks, lm-eval, llama-factory, llama-factory-0.9.2, chat, cot, "
                + "plain-cot, continuation, authors, authors-published is needed"
        ),
        (
            ["scoring": "letters"],
            "--scoring letters: did you mean letter? one of letter, choice, generate is needed"
        ),
        (
            ["shot-source": "test"],
            "--shot-source test: did you mean dev? one of dev+val, dev, val, train-pool, rationales is "
                + "needed"
        ),
        (["split": "dev"], "--split dev: did you mean test? one of test, val is needed"),
        (["top-p": "2"], "--top-p 2: a number above 0.0, up to 1.0, is needed"),
    ])
    func `wrong values are refused`(flags: [String: String], words: String) {
        expectRefusal(words) { try settings(flags) }
    }

    @Test func `cot needs a template, the model's own or a named one`() throws {
        let words = try #require(refusal { try settings(["prompt": "cot"]) })
        #expect(words.hasPrefix("--prompt cot: needs a chat template, and "))
        #expect(
            words.hasSuffix(" has none; use --chat-template chatml, or --prompt plain-cot"))
        let named = try settings(["prompt": "cot", "chat-template": "chatml"])
        #expect(
            try named.template?.prompt("What?").text
                == "<|im_start|>user\nWhat?<|im_end|>\n<|im_start|>assistant\n")
        #expect(try settings(["prompt": "plain-cot"]).template == nil)
        #expect(
            refusal { try settings(["prompt": "chat"]) }?
                .hasSuffix(" has none; use --chat-template chatml, or --prompt lm-eval") == true)
    }

    @Test func `a folder of questions is needed for another model`() throws {
        try Fixture.withTemporaryFolder { folder in
            expectRefusal(
                "--data: not given; a folder with MMLU's dev, val and test is needed, for the "
                    + "built-in questions are used only with the built-in model"
            ) { try GivenLayers(["model": "m"], folder: folder).evaluation().dataset() }
            expectRefusal(
                "--model: not given, and the built-in world is not beside the program "
                    + "(data/pocket); name a model folder"
            ) { try GivenLayers(folder: folder) }
        }
    }
}
