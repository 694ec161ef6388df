import Foundation
import Testing

@testable import Benchmarks

@Suite struct TrainRowsTests {
    private let world: World

    init() throws { world = try World(["philosophy": 4, "prehistory": 2, "virology": 3]) }

    private func ids(_ word: String, of category: Category = .humanities) throws -> [String] {
        try TrainRows(parsing: word).questions(
            of: category, in: world.dataset, sampleSeed: 0, holdoutCount: 5
        ).map { "\($0.id.subject) \($0.id.split) \($0.id.row)" }
    }

    @Test func `words name the pools`() throws {
        let val =
            [0, 1, 2, 3].map { "philosophy val \($0)" } + [0, 1].map { "prehistory val \($0)" }
        #expect(try ids("val") == val)
        #expect(try ids("dev+val") == val.map { $0.replacing("val", with: "dev") } + val)
        let holdout = try Sampling.holdout(
            of: .humanities, count: 5, sampleSeed: 0, in: world.dataset)
        #expect(try ids("holdout") == holdout.map { "\($0.id.subject) test \($0.id.row)" })
    }

    @Test(arguments: ["holdout", "val", "dev+val", "/some/file.jsonl"])
    func `a pool prints as its word`(word: String) {
        #expect("\(TrainRows(parsing: word))" == word)
    }

    @Test func `a file gives the category's accepted rows, each content once`() throws {
        func row(_ question: Question, accepted: Bool = true) -> RationaleRow {
            RationaleRow(question: question, rationale: "So.", teacher: nil, accepted: accepted)
        }
        var again = World.question("prehistory", .dev, 1)
        again.id.row = 50
        let rows = [
            row(World.question("prehistory", .dev, 1)), row(World.question("virology", .dev, 0)),
            row(World.question("philosophy", .dev, 0), accepted: false), row(again),
            row(World.question("philosophy", .val, 2)),
        ]
        let file = try world.write(
            rows.map { try $0.jsonLine() }.joined(separator: "\n"), to: "rows.jsonl")
        #expect(try ids(file.path) == ["prehistory dev 1", "philosophy val 2"])
        #expect(
            refusal { try ids(file.path, of: .stem) }
                == "\(file.path): has no training questions of stem, and 1 of its 5 lines have "
                + "accepted: false; others are needed")
        let kept = try world.write(try rows[0].jsonLine(), to: "kept.jsonl")
        #expect(
            refusal { try ids(kept.path, of: .stem) }
                == "\(kept.path): has no training questions of stem; others are needed")
    }

    @Test func `an unknown word is taken for a file that is missing`() {
        #expect(
            refusal { try ids("/holdot") }
                == "/holdot: is not there; holdout, val, dev+val or a file of JSON lines is needed")
    }
}
