import Foundation
import Testing

@testable import Basics

/// Codable types as JSON.
@Suite struct OrderedJSONTests {
    private struct Inner: Codable, Equatable {
        var someName = 1
        var other: Int?
    }

    private struct Outer: FileRecord, Equatable {
        var zebraCount = 3
        var alpha: Double? = nil
        var leftOut: String?
        var interval90 = [0.5, 1]
        var isGood = true
        var name = "x"
        var inner: Inner? = Inner()
        var list = [Inner(), Inner(someName: 2, other: 3)]
        var value: JSONValueBox?

        static let omittedKeys: Set = ["leftOut", "value"]
    }

    /// Is never there.
    private struct JSONValueBox: Codable, Equatable {}

    private struct Part: SharedFields, Equatable {
        var partCount = 1
        var other: Int?
    }

    private struct Whole: FileRecord, Equatable {
        var first = "x"
        var part: Part? = Part()
        var last = true
        var value = JSONValue.array([.null, 2])
    }

    private enum Kind: String, Codable { case one = "first" }

    @Test func `fields keep their order, in snake case, and nil is null or absent`() throws {
        #expect(
            try Outer().json.line == """
                {"zebra_count": 3, "alpha": null, "interval_90": [0.5, 1.0], "is_good": true, \
                "name": "x", "inner": {"some_name": 1, "other": null}, \
                "list": [{"some_name": 1, "other": null}, {"some_name": 2, "other": 3}]}
                """)
    }

    @Test func `a record reads back as it was`() throws {
        var record = Outer()
        record.alpha = 1.0 / 3
        record.leftOut = "in"
        #expect(try Outer(json: Data(record.json.line.utf8)) == record)
    }

    @Test func `shared fields are in the object around them`() throws {
        let line =
            #"{"first": "x", "part_count": 1, "other": null, "last": true, "value": [null, 2]}"#
        #expect(try Whole().json.line == line)
        #expect(try Whole(json: line.utf8) == Whole())
        let without = Whole(part: nil)
        #expect(try without.json.line == #"{"first": "x", "last": true, "value": [null, 2]}"#)
        #expect(try Whole(without.json) == without)
    }

    @Test func `values of another type are refused`() {
        for line in [
            #"{"first": 1, "last": true, "value": 1}"#, #"{"first": "x", "last": 1, "value": 1}"#,
            #"{"first": "x", "last": true}"#, #"{"first": null, "last": true, "value": 1}"#, "[]",
        ] {
            #expect(throws: DecodingError.self, "\(line)") { try Whole(json: line.utf8) }
        }
        #expect(throws: JSONSyntax.self) { try Whole(json: "{".utf8) }
        #expect(throws: DecodingError.self) { try JSONValue.whole(1).decoded(as: UInt8.self) }
    }

    @Test func `values of other types`() throws {
        #expect(try OrderedJSON.value(of: [Kind.one]).line == #"["first"]"#)
        #expect(try OrderedJSON.value(of: [Double.nan, nil, 2]).line == "[null, null, 2.0]")
        #expect(throws: EncodingError.self) { try OrderedJSON.value(of: [UInt64(1)]) }
        #expect(throws: EncodingError.self) { try OrderedJSON.value(of: [Float(1)]) }
    }

    @Test(arguments: [
        ("row", "row"), ("learningRate", "learning_rate"), ("interval90", "interval_90"),
        ("pNoChangeHolm", "p_no_change_holm"),
    ])
    func `names become keys`(name: String, key: String) {
        #expect(OrderedJSON.snakeCase(name) == key)
    }
}
