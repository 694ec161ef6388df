import TestSupport
import Testing

@testable import Basics

/// Reading of JSON, and where a text stops being JSON.
@Suite struct JSONReaderTests {
    /// Where a text stops being JSON, and why; nil for JSON.
    private func fault(_ bytes: some Sequence<UInt8>) -> String? {
        do throws(JSONSyntax) { _ = try JSONValue(parsing: bytes) } catch { return "\(error)" }
        return nil
    }

    static let number = "is no number in JSON; a finite number or null is needed"

    @Test(arguments: [
        ("{\"a\": NaN}", "line 1, column 7: NaN \(number)"),
        ("{\n\t\"a\": 1,\n\t\"b\": [1, -Infinity]\n}", "line 3, column 11: -Infinity \(number)"),
        ("[Infinity]", "line 1, column 2: Infinity \(number)"),
        ("[1,]", "line 1, column 4: no value begins"),
        ("{\"a\":1,}", "line 1, column 8: a name in quotes is missing"),
        ("{\"a\" 1}", "line 1, column 6: a colon is missing"),
        ("[1 2]", "line 1, column 4: a comma or ']' is missing"),
        ("{\"a\": 1]", "line 1, column 8: a comma or '}' is missing"),
        ("{} {}", "line 1, column 4: more text follows the value"),
        ("[01]", "line 1, column 2: no value begins"),
        ("[1.]", "line 1, column 4: a digit is missing"),
        ("[\"a", "line 1, column 4: the text ends in a string"),
        ("[\"\\q\"]", "line 1, column 4: a string has an escape that JSON does not know"),
        ("[\"a\nb\"]", "line 1, column 4: a string has a control character"),
        ("[\"\\u00g0\"]", "line 1, column 5: four hexadecimal digits are missing"),
        ("[\"\\ud83d\"]", "line 1, column 9: a string has half of a surrogate pair"),
        ("[\"\\ud83d\\u0041\"]", "line 1, column 15: a string has half of a surrogate pair"),
        (#"["\u12"]"#, "line 1, column 5: four hexadecimal digits are missing"),
        (#""\u12"#, "line 1, column 4: four hexadecimal digits are missing"),
        (#"["\udc00\udc00"]"#, "line 1, column 9: a string has half of a surrogate pair"),
        ("[\"\\", "line 1, column 4: a string has an escape that JSON does not know"),
        ("tru", "line 1, column 1: no value begins"),
        ("1-1", "line 1, column 2: more text follows the value"),
        ("-", "line 1, column 1: no value begins"),
        ("{1: 2}", "line 1, column 2: a name in quotes is missing"),
        ("[1e999]", "line 1, column 2: the number is too large"),
        ("", "line 1, column 1: the text ends before its value does"),
        ("[[", "line 1, column 3: the text ends before its value does"),
    ])
    func `the first fault is named with its place`(text: String, words: String) {
        #expect(fault(text.utf8) == words)
    }

    @Test(arguments: [
        "{}", "[]", " [1, -2.5e+3, 0.1E-9, 0, -0] \n", "\"a\\u00e9\\n\"", "null", "true",
        "{\"NaN\": [\"Infinity\", {\"a\": false}]}", "\u{FEFF}{\"a\": 1}",
    ])
    func `what is JSON has no fault`(text: String) {
        #expect(fault(text.utf8) == nil)
    }

    @Test func `containers may nest 512 deep, and no deeper`() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(fault(nested(512).utf8) == nil)
        for depth in [513, 1_000_000] {
            #expect(
                fault(nested(depth).utf8)
                    == "line 1, column 513: more than 512 containers are nested")
        }
    }

    @Test func `bytes that are no UTF-8 are refused`() {
        #expect(fault([0x22, 0xFF, 0x22]) == "line 1, column 1: the text is not UTF-8")
    }

    @Test func `what was read is written again as it stood`() throws {
        let document = """
            {
              "z": [1.50, 1e-5, 1E5, -0, 0.0, 12345678901234567890, 0.1],
              "a": [
                {"text": "ü \\u0001 \\"quoted\\" \\\\ \\n", "null": null},
                {},
                []
              ],
              "m": true
            }

            """
        #expect(try JSONValue(parsing: document.utf8).document == document)
    }

    @Test func `escapes stand for their characters`() throws {
        let text = #"["\u00e9\ud83e\udd8a\/\b\f\r\t\"\\"]"#
        #expect(
            try JSONValue(parsing: text.utf8).elements.first?.text
                == "é🦊/\u{8}\u{c}\r\t\"\\")
    }

    @Test(arguments: [
        ("7", 7), ("-7", -7), ("999999999999999999", 999_999_999_999_999_999),
        ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
    ])
    func `whole numbers are exact`(text: String, number: Int) throws {
        guard case .whole(let whole) = try JSONValue(parsing: text.utf8) else {
            Issue.record("\(text) is no whole number")
            return
        }
        #expect(whole == number)
    }
}

/// Reading value by value, without a tree.
@Suite struct JSONStreamTests {
    @Test func `a skipped value leaves the next one`() throws {
        var json = try JSONReader(Array(#"[{"a": [1, {"b": "]"}]}, 7]"#.utf8))
        try json.enter(.array)
        #expect(try json.next())
        try json.skip()
        #expect(try json.next())
        #expect(try json.id() == 7)
        #expect(try !json.next())
        try json.end()
    }

    @Test func `names and strings come as bytes`() throws {
        var json = try JSONReader(Array(#"{"\u00e9": "\ud83d\ude42", "é": "\/"}"#.utf8))
        var found: [String] = []
        try json.enter(.object)
        while try json.next() {
            try json.string()
            found += [json.keyName, json.textString]
        }
        #expect(found == ["é", "🙂", "é", "/"])
    }

    @Test func `a limit of the caller holds for trees and for skipped values`() {
        let bytes = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
        let words = "line 1, column 65: more than 64 containers are nested"
        expectRefusal(words) {
            var json = try JSONReader(bytes, depthLimit: 64)
            return try json.value()
        }
        expectRefusal(words) {
            var json = try JSONReader(bytes, depthLimit: 64)
            try json.skip()
        }
    }

    @Test func `a name that occurs twice is refused where the caller says so`() throws {
        let bytes = Array(#"{"a": 1, "a": 2}"#.utf8)
        #expect(try JSONValue(parsing: bytes).fields.count == 2)
        expectRefusal("line 1, column 14: the name 'a' occurs a second time") {
            var json = try JSONReader(bytes, refusesRepeatedNames: true)
            return try json.value()
        }
    }

    @Test func `an id is whole and small`() {
        for text in ["1.5", "-1", "2147483648"] {
            expectRefusal("line 1, column 1: an id from 0 to 2147483647 is needed") {
                var json = try JSONReader(Array(text.utf8))
                return try json.id()
            }
        }
        expectRefusal("line 1, column 1: 'number' was expected, but 'string' was found") {
            var json = try JSONReader(Array(#""1""#.utf8))
            return try json.id()
        }
    }
}
