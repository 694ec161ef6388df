import TestSupport
import Testing

@testable import Basics

@Suite struct JSONFieldsTests {
    private enum Word: String, CaseIterable { case one, two }

    private func fields(_ json: String) throws -> JSONFields {
        try JSONFields(
            try JSONValue(parsing: json.utf8), known: ["labels", "count", "word", "isRight"])
    }

    @Test func `values have their types, and null is none`() throws {
        let fields = try fields(
            #"{"labels": [1, 2.0], "count": null, "word": "two", "isRight": false}"#)
        #expect(try fields.list("labels", .count) == [1, 2])
        #expect(try fields.value("count", .count) == nil)
        #expect(fields["count"] == nil)
        #expect(try fields.value("word", JSONType<Word>.word) == .two)
        #expect(try fields.needed("isRight", .truth) == false)
    }

    @Test(arguments: [
        ("[1]", "is an array; an object is needed"),
        ("null", "is null; an object is needed"),
        (
            #"{"label": 1}"#,
            "has the unknown key 'label'; did you mean 'labels'? the known keys are labels, count, "
                + "word, isRight"
        ),
        (
            #"{"prompt": 1}"#,
            "has the unknown key 'prompt'; the known keys are labels, count, word, isRight"
        ),
        (#"{"count": 1, "count": 1}"#, "has two values of 'count'; one is needed"),
        (#"{"count": "1"}"#, "'count' is the text '1'; a whole number from 0 is needed"),
        (#"{"count": 1.5}"#, "'count' is the number 1.5; a whole number from 0 is needed"),
        (#"{"count": -1}"#, "'count' is the number -1; a whole number from 0 is needed"),
        (#"{"count": true}"#, "'count' is true; a whole number from 0 is needed"),
        (
            #"{"count": 1, "word": "three"}"#,
            "'word' is the text 'three'; one of one, two is needed"
        ),
        (#"{"count": 1, "isRight": 1}"#, "'isRight' is the number 1; true or false is needed"),
        (#"{"count": 1, "isRight": null}"#, "'isRight' is null; true or false is needed"),
        (
            #"{"count": 1, "labels": {}}"#,
            "'labels' is an object; an array of whole numbers from 0 is needed"
        ),
        (
            #"{"count": 1, "labels": [0, [1]]}"#,
            "'labels' has an array at index 1; an array of whole numbers from 0 is needed"
        ),
        ("{}", "'count' is missing; a whole number from 0 is needed"),
    ])
    func `what is wrong is named`(json: String, words: String) {
        expectRefusal(words) {
            let fields = try fields(json)
            _ = try fields.needed("count", .count)
            _ = try fields.value("word", JSONType<Word>.word)
            _ = try fields.valueUnlessNull("isRight", .truth)
            _ = try fields.list("labels", .count)
        }
    }

    @Test func `long texts and keys are cut in messages`() {
        let long = String(repeating: "x", count: 50)
        let cut = String(repeating: "x", count: 40) + "…"
        expectRefusal("'count' is the text '\(cut)'; a whole number from 0 is needed") {
            try fields("{\"count\": \"\(long)\"}").value("count", .count)
        }
        #expect(refusal { try fields("{\"\(long)\": 1}") }?.contains("key '\(cut)'; the") == true)
    }
}
