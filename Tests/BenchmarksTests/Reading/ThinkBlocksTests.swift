import Testing

@testable import Benchmarks

@Suite struct ThinkBlocksTests {
    @Test(arguments: [
        ("plain", "plain"),
        ("<think>a</think>b", "b"),
        ("<think>\na\n</think>\n\nb", "\n\nb"),
        ("a</think>b", "b"),
        ("a</think>b</think>c", "c"),
        ("<think>a</think>b<think>c</think>d", "d"),
        ("<THINK>a</THINK>b", "b"),
        ("<thinking>a</thinking>b", "b"),
        ("<thinking>a</think>b", "b"),
        ("<think time=\"3\">a</think>b", "b"),
        ("<thought>a</thought>b", "b"),
        ("<reasoning>a</reasoning>b", "b"),
        ("<reasoning>a</think>b</reasoning>c", "c"),
        ("[THINK]a[/THINK]b", "b"),
        ("<seed:think>a<seed:cot_budget_reflect>c</seed:cot_budget_reflect></seed:think>b", "b"),
        ("◁think▷a◁/think▷b", "b"),
        ("<|begin_of_thought|>a<|end_of_thought|><|begin_of_solution|>b", "b"),
        ("<|START_THINKING|>a<|END_THINKING|><|START_RESPONSE|>b", "b"),
        (
            "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>b",
            "b"
        ),
        ("<|channel|>final<|message|>b", "b"),
        ("<|channel|>analysis<|message|>a<|channel|>final <|constrain|>json<|message|>b", "b"),
        ("analysisWe see.assistantfinalb", "b"),
        ("analysisWe see.assistantcommentaryWe call.assistantfinalb", "b"),
        ("Here is my thought process: a\nHere is my response: b", " b"),
        // Words, not markers.
        ("x < think > y", "x < think > y"),
        ("<I think so>", "<I think so>"),
        ("[thinking aloud] b", "[thinking aloud] b"),
        ("<b>think</b>", "<b>think</b>"),
        ("analysis of the question", "analysis of the question"),
        ("<think/>b", "<think/>b"),
        ("I think, therefore I am </i>", "I think, therefore I am </i>"),
    ])
    func `what stands behind the last block is the answer`(text: String, answer: String) {
        #expect(ThinkBlocks(text).answer.map(String.init) == answer)
    }

    @Test(arguments: [
        "<think>", "<think>a", "a<think>b", "<think>a</think>b<think>", "[THINK]a", "◁think▷a",
        "<think>a</thin", "<think>a</reasoning>", "<|begin_of_thought|>a", "analysisWe see.",
        "<|channel|>analysis<|message|>a<|end|>", "<|channel|>commentary<|message|>a",
        "<|START_THINKING|>a", "I <think> so", "Here is my thought process: a",
    ])
    func `a text cut off in its block has no answer`(text: String) {
        #expect(ThinkBlocks(text).isOpen)
        #expect(ThinkBlocks(text).answer == nil)
    }

    @Test func `the text between blocks is given in pieces`() {
        #expect(ThinkBlocks("a<think>b</think>c<think>d</think>e").pieces == ["a", "c", "e"])
        #expect(ThinkBlocks("a<think>b").pieces == ["a"])
        #expect(ThinkBlocks("a</think>c").pieces == ["", "c"])
        #expect(ThinkBlocks("a").isEmpty)
        #expect(!ThinkBlocks("a</think>").isEmpty)
    }

    @Test(arguments: [
        ("<|im_start|>assistant\n<think>\n", "<think>"),
        ("[INST]Why?[/INST][THINK]", "[THINK]"),
        ("<|im_start|>assistant\n<think>\n\n</think>\n\n", nil),
        ("What does <think> mean?", nil),
        ("Answer:", nil),
        ("", nil),
    ])
    func `a prompt may open a block`(prompt: String, marker: String?) {
        #expect(ThinkBlocks.opening(atEndOf: prompt) == marker)
    }
}
