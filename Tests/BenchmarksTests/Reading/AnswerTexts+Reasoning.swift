import Benchmarks

extension AnswerTexts {
    /// Texts of reasoning models.
    static let thinking: [(String, Letter?)] = [
        ("<think>\nIs it A? The answer is A. Or B?\n</think>\n\nThe answer is C.", .c),
        ("<think>The answer is A.</think>B", .b),
        ("<think></think>D", .d),
        ("The answer is A, I guess.\n</think>\n\n**Answer: D**", .d),
        ("<thinking>So B is correct.</thinking>\nAnswer: C", .c),
        ("<Thinking>\nB\n</Thinking>\n\nA", .a),
        ("<thought>\nThe answer is D.\n</thought>\nThe answer is B.", .b),
        ("<reasoning>A fits, so the answer is A.</reasoning><answer>C</answer>", .c),
        ("[THINK]The answer is B.[/THINK]The answer is D.", .d),
        ("<seed:think>The answer is A.</seed:think>The answer is B.", .b),
        ("◁think▷The answer is A.◁/think▷The answer is D.", .d),
        (
            "<|begin_of_thought|>\nThe answer is A.\n<|end_of_thought|>\n\n<|begin_of_solution|>\n"
                + "The answer is C.\n<|end_of_solution|>", .c
        ),
        (
            "<|channel|>analysis<|message|>Maybe the answer is A.<|end|><|start|>assistant"
                + "<|channel|>final<|message|>The answer is D.<|return|>", .d
        ),
        (
            "<|channel|>analysis<|message|>A or B<|end|><|start|>assistant<|channel|>commentary"
                + "<|message|>The answer is B.<|end|><|start|>assistant<|channel|>final"
                + "<|message|>C", .c
        ),
        ("analysisThe user asks about ice. Answer is A?assistantfinalThe answer is B.", .b),
        ("analysis<|message|>A<|end|><|start|>assistant<|channel|>final<|message|>D", .d),
        ("<|START_THINKING|>It's A.<|END_THINKING|><|START_RESPONSE|>C<|END_RESPONSE|>", .c),
        (
            "Here is my thought process: The answer is A.\n\nHere is my response: The answer is B.",
            .b
        ),
        ("<think>one</think><think>The answer is A.</think>The answer is C.", .c),
        ("<think>I could write <think> here. It's A.</think>\nB", .b),
        ("<think>Not <reasoning>A</reasoning>. The answer is B.</think>\nThe answer is C.", .c),
        ("The answer is A.<think>No, that is wrong.</think>The answer is D.", .d),
        ("B\n\nQuestion: And now?\n<think>\nThe answer is C.\n</think>\nThe answer is A.", .b),
        ("The answer is B.\n\nQuestion: And now?\n<think>\nThe answer is", .b),
        ("<think type=\"long\">The answer is A.</think> B", .b),
        ("<think>\nThe answer is A.\n</think>\n\nI am not sure.", nil),
        ("<think>\nThe answer is A.\n</think>\n\n", nil),
        ("<think>\nThe answer is A.", nil),
        ("<think>\nThe answer is A.\n</thin", nil),
        ("The answer is B.\n<think>\nLet me check", nil),
        ("[THINK]The answer is B.", nil),
        ("<|begin_of_thought|>The answer is A.", nil),
        ("<|channel|>analysis<|message|>The answer is A.", nil),
        ("<|channel|>analysis<|message|>The answer is A.<|end|><|start|>assistant", nil),
        ("<|channel|>commentary<|message|>The answer is A.", nil),
        ("analysisThe answer is A.", nil),
        ("◁think▷The answer is A.", nil),
        ("<seed:think>The answer is A.", nil),
        ("<think>A</think>\nThe answer is B or C.", nil),
        ("<think>The answer is A.</think><think>The answer is B.", nil),
    ]

    /// Texts that take an answer back, and texts that go on.
    static let corrections: [(String, Letter?)] = [
        ("The answer is A. Wait, actually the answer is C.", .c),
        ("The answer is A. No, it's B.", .b),
        ("The answer is A. Scratch that, it's D.", .d),
        ("The answer is B. Correction: C", .c),
        ("The answer is B. Hold on, the answer is A.", .a),
        ("I think it's A. Actually, B.", .b),
        ("So A. Wait, no, B.", .b),
        ("The answer is A... no, wait, D.", .d),
        ("The answer is B. Oops, I misread the question. The answer is C.", .c),
        ("The answer is A. On second thought, the answer is B.", .b),
        ("At first I thought the answer is A. On reflection, the answer is D.", .d),
        ("The answer is A. That's not right. The answer is C.", .c),
        ("The answer is A, or rather B.", .b),
        ("The answer is A. However, this ignores friction. The correct answer is B.", .b),
        ("For x > 0 the answer is A. For x < 0 the answer is B. Final answer: B", .b),
        ("The answer is B. Wait, let me check. Yes, the answer is B.", .b),
        ("A. Wait, actually B.", .b),
        ("The answer is B. Let me double-check: A is too small. The answer is B.", .b),
        ("The answer is A. Wait, the answer is B. No, the answer is C.", .c),
        // Small base models lose the thread amid a list of choices.
        (" Its tool: wrench\nC. satin?\nA. frost\nB. steel\nAnswer: Its tool: scissors", nil),
        (" Its tool: shovel\nC. milk\nA. frost\nB. purple\nB. steel\nAnswer: Its tool:", nil),
        (" Its home: mountain\nD. tin?\nA. mountain\nB. broom. The answer is B.", .b),
        (" Its tool: wrench\nC. satin?\nA. honey\nB. purple?\nA. honey\nB. scissors\nAnswer:", nil),
        (" Its tool: wrench\nC. piano.", .c),
        (" Its home: barn.\nD.\nB. milk\nB. silver?\nA.", nil),
        (" Its home: forest\nB. tin?\nIts home: meadow", nil),
        // Other questions follow.
        ("The answer is A.\n\nQuestion: What melts?\nThe answer is C.", .a),
        ("The answer is A.\n\nQ: What melts?\nA: The answer is C.", .a),
        ("C\n\nThe following are multiple choice questions about ice.\n\nAnswer: A", .c),
        ("D\n\nWhat melts?\nA. Ice\nB. Wood\nC. Iron\nD. Salt\nAnswer: A", .d),
        ("The answer is B.<|im_end|>\n<|im_start|>user\nNo, the answer is C.", .b),
        ("B\n\nUser: Why?\nThe answer is A.", .b),
        ("答案是B。\n\n问题：什么融化？\n答案是C。", .b),
        ("Antwort: B\n\nFrage: Was schmilzt?\nAntwort: C", .b),
        ("The answer is D.\n\nQuestion 2: What melts?\nA. Ice\nB. Wood\nAnswer: A", .d),
        ("The answer is A. The reason is simple. No other choice fits.", .a),
        ("The answer is B. A is wrong, no doubt.", .b),
        ("The answer is B. Wait", nil),
        ("The answer is B. Wait, that's wrong.", nil),
        ("The answer is A. No.", nil),
        ("The answer is A. Scratch that.", nil),
        ("B\n\nWait, no.", nil),
        ("The answer is A. I made a mistake. Let me start again", nil),
        ("The answer is A.\n\nThe answer is D.", nil),
        ("The answer is A. Wait, it could be B or C. The answer is B or C.", nil),
        ("It's A. It's B.", nil),
        ("Either way: the answer is A. Also, the answer is B.", nil),
    ]
}
