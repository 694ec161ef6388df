import Basics
import Foundation
import TestSupport
import Testing

@testable import Tokenization

@Suite struct JSONScannerTests {
    @Test func `values come as they stand`() throws {
        let text = #" {"a": [1, -2.5e1, true, false, null], "b": {"": "x"}, "c": [] } "#
        let expected = JSONValue.object([
            .init(
                name: "a",
                value: .array([
                    .number(1), .number(-25), .boolean(true), .boolean(false), .null,
                ])),
            .init(name: "b", value: .object([.init(name: "", value: .string("x"))])),
            .init(name: "c", value: .array([])),
        ])
        #expect(try JSONValue(text: Array(text.utf8)) == expected)
    }

    @Test(arguments: [
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), (#""\u00e9\ud83d\ude42""#, "é🙂"),
        (#""é🙂""#, "é🙂"),
    ])
    func `escapes stand for their characters`(text: String, expected: String) throws {
        #expect(try JSONValue(text: Array(text.utf8)) == .string(expected))
    }

    @Test func `a skipped value leaves the next one`() throws {
        var json = try JSONScanner(Array(#"[{"a": [1, {"b": "]"}]}, 7]"#.utf8))
        try json.enter(.array)
        #expect(try json.next())
        try json.skip()
        #expect(try json.next())
        #expect(try json.id() == 7)
        #expect(try !json.next())
        try json.end()
    }

    @Test(arguments: [
        ("", "the text ends where a value was expected at byte 0"),
        ("[1 2]", "',' was expected at byte 3"),
        ("[1,]", "no value begins at byte 3"),
        (#"{"a" 1}"#, "':' was expected at byte 5"),
        (#"{"a": 1, "a": 2}"#, "the name 'a' stands a second time at byte 13"),
        (#"{1: 2}"#, "'\"' was expected at byte 1"),
        ("tru", "'true' was expected at byte 0"),
        ("1-1", "no number that we can hold stands at byte 0"),
        ("1e999", "no number that we can hold stands at byte 0"),
        (#""a"#, "the text ends in a string at byte 2"),
        ("\"\n\"", "a control character stands in a string at byte 1"),
        (#""\x""#, "an escape that JSON does not know stands at byte 2"),
        (#""\u12""#, "four hexadecimal digits were expected at byte 5"),
        (#""\ud83d!""#, "half of a surrogate pair stands at byte 7"),
        (#""\udc00\udc00""#, "half of a surrogate pair stands at byte 7"),
        ("1 1", "the text goes on after its end at byte 2"),
    ])
    func `what is no JSON is refused with its place`(text: String, words: String) {
        expectRefusal(words) { try JSONValue(text: Array(text.utf8)) }
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        expectRefusal("the text is not UTF-8 at byte 0") {
            try JSONValue(text: [0x22, 0xFF, 0x22])
        }
    }

    @Test func `a million containers in one another are refused`() {
        let bytes = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
        expectRefusal("more than 64 containers are nested at byte 64") {
            try JSONValue(text: bytes)
        }
        expectRefusal("more than 64 containers are nested at byte 64") {
            var json = try JSONScanner(bytes)
            try json.skip()
        }
    }

    @Test func `an id is whole and small`() {
        for text in ["1.5", "-1", "2147483648"] {
            expectRefusal("an id from 0 to 2147483647 was expected at byte 0") {
                var json = try JSONScanner(Array(text.utf8))
                return try json.id()
            }
        }
        expectRefusal("'number' was expected, but 'string' was found at byte 0") {
            var json = try JSONScanner(Array(#""1""#.utf8))
            return try json.id()
        }
    }
}
