import Foundation
import TestSupport
import Testing
import Training

/// The keys of a line of token ids.
@Suite struct TokenSequenceTests {
    private func example(_ line: String) throws -> Example {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/x.jsonl"
            try Data(line.utf8).write(to: URL(fileURLWithPath: path))
            return try TokenFile.read(path)[0].example
        }
    }

    @Test(
        arguments: [
            (#""labels": [-100, 6, -100, 8]"#, [0, 1, 0, 1]),
            (#""labels": null"#, [1, 1, 1, 1]),
            (#""completion_mask": [0, 0, 1, 1]"#, [0, 0, 1, 1]),
            (#""assistant_masks": [0, 1, 0, 1]"#, [0, 1, 0, 1]),
            (#""loss_mask": [false, true, true, false]"#, [0, 1, 1, 0]),
            (#""completion_mask": [0, 0, 1, 1], "assistant_masks": [0, 1, 1, 0]"#, [0, 0, 1, 0]),
            (#""attention_mask": [1, 1, 1, 1], "position_ids": [0, 1, 2, 3]"#, [1, 1, 1, 1]),
        ] as [(String, [Float])])
    func `labels and masks say what is a target`(keys: String, weights: [Float]) throws {
        #expect(
            try example("{\"input_ids\": [5, 6, 7, 8], \(keys)}")
                == Example(tokens: [5, 6, 7, 8], weights: weights))
    }

    @Test(
        arguments: [
            (#""attention_mask": [0, 0, 1, 1, 1]"#, [7, 8, 9], [1, 1, 1]),
            (#""attention_mask": [1, 1, 1, 1, 0]"#, [5, 6, 7, 8], [1, 1, 1, 1]),
            (#""attention_mask": [false, true, true, true, false]"#, [6, 7, 8], [1, 1, 1]),
            (
                #""attention_mask": [0, 0, 1, 1, 1], "labels": [-100, -100, -100, 8, 9]"#,
                [7, 8, 9], [0, 1, 1]
            ),
            (
                #""attention_mask": [1, 1, 1, 0, 0], "completion_mask": [0, 1, 1, 0, 0]"#,
                [5, 6, 7], [0, 1, 1]
            ),
            // As transformers counts them: padding has any position.
            (
                #""attention_mask": [0, 0, 1, 1, 1], "position_ids": [1, 1, 0, 1, 2]"#, [7, 8, 9],
                [1, 1, 1]
            ),
        ] as [(String, [Int32], [Float])])
    func `padding at the ends is removed`(keys: String, tokens: [Int32], weights: [Float]) throws {
        #expect(
            try example("{\"input_ids\": [5, 6, 7, 8, 9], \(keys)}")
                == Example(tokens: tokens, weights: weights))
    }

    @Test func `a few-shot sequence has the same keys`() throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/x.jsonl"
            let inner = #"{"input_ids": [0, 3, 4], "attention_mask": [0, 1, 1]}"#
            try Data("{\"input_ids\": [1], \"few_shot\": \(inner)}".utf8).write(
                to: URL(fileURLWithPath: path))
            #expect(
                try TokenFile.read(path)[0].fewShot?.example
                    == Example(tokens: [3, 4], weights: [1, 1]))
        }
    }

    private static let keys =
        "input_ids, labels, completion_mask, assistant_masks, loss_mask, attention_mask, position_ids"

    @Test(arguments: [
        (
            #""label": [-100, 6, 7]"#,
            "has the unknown key 'label'; did you mean 'labels'? the known keys are \(keys), few_shot"
        ),
        (
            #""token_type_ids": [0, 0, 0]"#,
            "has the unknown key 'token_type_ids'; the known keys are \(keys), few_shot"
        ),
        (
            #""few_shot": {"input_ids": [1], "few_shot": {}}"#,
            "'few_shot': has the unknown key 'few_shot'; the known keys are \(keys)"
        ),
        (
            #""few_shot": {"input_ids": [1], "labels": 1}"#,
            "'few_shot': 'labels' is the number 1; an array of token ids and -100 is needed"
        ),
        (#""few_shot": [1]"#, "'few_shot': is an array; an object is needed"),
        (
            #""labels": "567""#,
            "'labels' is the text '567'; an array of token ids and -100 is needed"
        ),
        (
            #""labels": [5, 6]"#,
            "has 3 'input_ids' and 2 'labels'; as many are needed"
        ),
        (
            #""labels": [-100, 7, 7]"#,
            "'labels' has 7 at index 1, where 'input_ids' has 6; the same or -100 is needed: labels "
                + "are not shifted"
        ),
        (
            #""loss_mask": [0, 2, 1]"#,
            "'loss_mask' has the number 2 at index 1; an array of 0 and 1 is needed"
        ),
        (
            #""completion_mask": [0, 1]"#,
            "has 3 'input_ids' and 2 'completion_mask'; as many are needed"
        ),
        (
            #""labels": [-100, 6, 7], "assistant_masks": [0, 1, 1]"#,
            "has 'labels' and 'assistant_masks'; only one of them is needed"
        ),
        (
            #""attention_mask": [1, 0, 1]"#,
            "'attention_mask' has 0 at index 1, between tokens with 1; zeros for padding at the ends "
                + "alone are needed"
        ),
        (
            #""attention_mask": [0, 0, 0]"#,
            "'attention_mask' has no 1; a token besides padding is needed"
        ),
        (
            #""attention_mask": [1, 1]"#,
            "has 3 'input_ids' and 2 'attention_mask'; as many are needed"
        ),
        (
            #""attention_mask": [0, 1, 1], "labels": [5, 6, 7]"#,
            "'labels' has 5 at index 0, where 'attention_mask' has padding; -100 is needed"
        ),
        (
            #""attention_mask": [1, 1, 0], "completion_mask": [0, 1, 1]"#,
            "'completion_mask' has 1 at index 2, where 'attention_mask' has padding; 0 is needed"
        ),
        (
            #""position_ids": [0, 1, 0]"#,
            "'position_ids' has 0 at index 2, where the model counts 2; positions from 0 in steps of "
                + "1, padding aside, are needed"
        ),
        (
            #""position_ids": [0, 1, 2], "attention_mask": [0, 1, 1]"#,
            "'position_ids' has 1 at index 1, where the model counts 0; positions from 0 in steps of "
                + "1, padding aside, are needed"
        ),
        (
            #""position_ids": [0, 1, "2"]"#,
            "'position_ids' has the text '2' at index 2; an array of whole numbers is needed"
        ),
    ])
    func `a key that cannot be used is refused by its name and line`(
        key: String, words: String
    ) {
        let line = "{\"input_ids\": [5, 6, 7], \(key)}"
        let found = refusal { try example("\n" + line) }
        #expect(found.map { String($0.drop { $0 != "," }) } == ", line 2: " + words)
    }
}
