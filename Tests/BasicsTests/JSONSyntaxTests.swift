import Basics
import Foundation
import Testing

/// Where a text stops being JSON.
@Suite struct JSONSyntaxTests {
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
        ("[\"\\q\"]", "line 1, column 4: an escape that JSON does not know stands in a string"),
        ("[\"a\nb\"]", "line 1, column 4: a control character stands in a string"),
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

    @Test func `containers may nest as deep as a file is long`() {
        let depth = 1_000_000
        let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(JSONSyntax(faultIn: text.utf8) == nil)
        #expect(JSONSyntax(faultIn: text.utf8.dropLast())?.column == 2 * depth)
    }
}
