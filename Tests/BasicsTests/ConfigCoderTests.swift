import Testing

@testable import Basics

@Suite struct ConfigCoderTests {
    enum Shape: String, SettingChoice {
        case cosine, linear
    }

    struct Inner: ConfigGroup {
        static let prefix = "few-shot-"
        var weight = 1.0
        @Setting(.from(1)) var shots: Int?
        var rationales: String?
    }

    struct Outer: ConfigGroup {
        @Setting(.from(1)) var batchSize = 8
        @Setting(.above(0, upTo: 1)) var topP = 0.8
        var shape = Shape.cosine
        var noEval = false
        var seeds = [0]
        var words: CommaList<String> = ["a"]
        var few = Inner()
        var limit: Int?

        func validate() throws {
            if noEval, limit != nil { throw UsageError("--limit: not with --no-eval") }
        }
    }

    private func decoded(_ values: [String: JSONValue], origin: String = "--") throws -> Outer {
        try ConfigCoder.decode(
            Outer(), over: ConfigLayers([.init(origin: origin, values)]))
    }

    @Test func `settings have the names of properties in kebab case, with their groups' prefixes`()
        throws
    {
        let settings = ConfigCoder.settings(of: Outer())
        #expect(
            settings.map(\.0) == [
                "batch-size", "top-p", "shape", "no-eval", "seeds", "words", "few-shot-weight",
                "few-shot-shots", "few-shot-rationales", "limit",
            ])
        #expect(
            settings.map(\.1.line) == [
                "8", "0.8", "\"cosine\"", "false", "[0]", "\"a\"", "1.0", "null", "null", "null",
            ])
    }

    @Test func `typed values and texts are read alike`() throws {
        for values: [String: JSONValue] in [
            [
                "batch-size": .whole(4), "top-p": .number(0.5), "shape": .string("linear"),
                "seeds": .array([.whole(1), .whole(2)]), "few-shot-weight": .number(0.3),
                "few-shot-shots": .whole(5), "limit": .whole(3),
            ],
            [
                "batch-size": .string("4"), "top-p": .string("0.5"), "shape": .string("linear"),
                "seeds": .string("1, 2"), "few-shot-weight": .string("0.3"),
                "few-shot-shots": .string("5"), "limit": .string("3"),
            ],
        ] {
            var expected = Outer()
            (expected.batchSize, expected.topP, expected.shape) = (4, 0.5, .linear)
            (expected.seeds, expected.few.weight, expected.few.shots) = ([1, 2], 0.3, 5)
            expected.limit = 3
            #expect(try decoded(values) == expected)
        }
    }

    @Test func `the first layer that has a value decides`() throws {
        let config = try ConfigCoder.decode(
            Outer(),
            over: ConfigLayers([
                .init(["batch-size": .null, "limit": .whole(1)]),
                .init(origin: "c.yaml: ", ["batch-size": .whole(2), "limit": .whole(2)]),
            ]))
        #expect((config.batchSize, config.limit) == (2, 1))
    }

    @Test(
        arguments: [
            ("batch-size", .whole(0), "--batch-size 0: a whole number from 1 is needed"),
            ("batch-size", .string("x"), "--batch-size x: a whole number from 1 is needed"),
            (
                "batch-size", .string("99999999999999999999"),
                "--batch-size 99999999999999999999: at most 1000000000 is possible"
            ),
            ("top-p", .number(0), "--top-p 0: a number above 0.0, up to 1.0, is needed"),
            (
                "few-shot-weight", .number(1e7),
                "--few-shot-weight 10000000: at most 1000000.0 is possible"
            ),
            (
                "few-shot-weight", .string("nan"),
                "--few-shot-weight nan: a number from 0.0 is needed"
            ),
            (
                "shape", .string("cosin"),
                "--shape cosin: did you mean cosine? one of cosine, linear is needed"
            ),
            ("seeds", .string("1,1"), "--seeds 1,1: each value once is needed"),
            ("no-eval", .string("yes"), "--no-eval yes: true or false is needed"),
        ] as [(String, JSONValue, String)])
    func `what a setting cannot be is refused with its origin`(
        name: String, value: JSONValue, message: String
    ) {
        let error = #expect(throws: UsageError.self) { try decoded([name: value]) }
        #expect(error?.message == message)
        let inFile = #expect(throws: UsageError.self) {
            try decoded([name: value], origin: "c.yaml: ")
        }
        #expect(inFile?.message == "c.yaml: " + message.dropFirst(2))
    }

    @Test func `rules over several settings are checked`() {
        #expect(throws: UsageError("--limit: not with --no-eval")) {
            try decoded(["no-eval": .bool(true), "limit": .whole(1)])
        }
    }
}
