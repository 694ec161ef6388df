import Benchmarks
import Foundation
import Scoring
import Testing

@testable import Basics
@testable import Experiments

@Suite struct JSONValueTests {
    @Test func `fields keep their order`() {
        let value = JSONValue.object([
            ("z", .whole(1)), ("a", .bool(true)),
            ("m", .array([.number(0.5), .null, .string("x")])),
        ])
        #expect(value.line == "{\"z\": 1, \"a\": true, \"m\": [0.5, null, \"x\"]}")
    }

    @Test func `a document has a line for each nested part`() {
        let value = JSONValue.object([
            ("a", .array([.whole(1), .whole(2)])),
            ("b", .array([.object([("c", .whole(3))]), .object([])])), ("d", .array([])),
        ])
        #expect(
            value.document == """
                {
                  "a": [1, 2],
                  "b": [
                    {"c": 3},
                    {}
                  ],
                  "d": []
                }

                """)
    }

    @Test(arguments: [
        "plain", "quote \" and \\", "line\nfeed\r\ttab", "\u{0}\u{1f}\u{7f}", "ünï 🦊 \u{2028}",
        "a/b", "",
    ])
    func `text reads back as it was`(text: String) throws {
        let line = JSONValue.array([.string(text)]).line
        let found = try JSONDecoder().decode([String].self, from: Data(line.utf8))
        #expect(found.map { Array($0.unicodeScalars) } == [Array(text.unicodeScalars)])
        #expect(!line.contains("\n"))
    }

    @Test func `escapes are JSON's`() {
        #expect(JSONValue.string("\"\\\n\r\t\u{1}\u{7f}é").line == #""\"\\\n\r\t\u0001\u007fé""#)
    }

    @Test(arguments: [0.1, 1e-5, -2.5, 16, 1e300, 5e-324, 1.0 / 3])
    func `numbers read back as they were`(number: Double) throws {
        let line = JSONValue.array([.number(number)]).line
        #expect(try JSONDecoder().decode([Double].self, from: Data(line.utf8)) == [number])
    }

    @Test func `numbers that are not finite are null`() {
        #expect(JSONValue.array([.number(.nan), .number(-.infinity)]).line == "[null, null]")
    }
}

/// Whole numbers of files that others wrote.
@Suite struct JSONWholeNumberTests {
    @Test(arguments: [
        ("3", 3), ("-3", -3), ("3.0", 3), ("1e3", 1000), ("9223372036854775807", Int.max),
        ("9223372036854775808", nil), ("1e300", nil), ("-1e300", nil), ("0.5", nil), ("\"3\"", nil),
        ("true", nil), ("null", nil),
    ])
    func `what does not fit is no whole number, and no trap`(text: String, whole: Int?) throws {
        let value = try JSONValue(parsing: "[\(text)]".utf8)
        #expect(value.elements.first?.whole == whole)
    }
}
