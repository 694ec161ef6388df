@testable import Basics
import Testing

/// Reading of JSON, and where a text stops being JSON.
@Suite struct JSONParserTests {
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
        ("[1e999]", "line 1, column 2: the number is too large"),
        ("", "line 1, column 1: the text ends before its value does"),
        ("[[", "line 1, column 3: the text ends before its value does"),
    ])
    func `the first fault is named with its place`(text: String, words: String) {
        #expect(JSONSyntax(faultIn: text.utf8)?.description == words)
    }

    @Test(arguments: [
        "{}", "[]", " [1, -2.5e+3, 0.1E-9, 0, -0] \n", "\"a\\u00e9\\n\"", "null", "true",
        "{\"NaN\": [\"Infinity\", {\"a\": false}]}", "\u{FEFF}{\"a\": 1}",
    ])
    func `what is JSON has no fault`(text: String) {
        #expect(JSONSyntax(faultIn: text.utf8) == nil)
    }

    @Test func `containers may nest 512 deep, and no deeper`() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(JSONSyntax(faultIn: nested(512).utf8) == nil)
        for depth in [513, 1_000_000] {
            #expect(
                JSONSyntax(faultIn: nested(depth).utf8)?.description
                    == "line 1, column 513: more than 512 containers are nested")
        }
    }

    @Test func `bytes that are no UTF-8 are refused`() {
        #expect(JSONSyntax(faultIn: [0x22, 0xFF, 0x22])?.problem == "the text is not UTF-8")
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
}
