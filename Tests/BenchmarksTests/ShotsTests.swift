import Basics
import Testing

@testable import Benchmarks

@Suite struct ShotsTests {
    private let world: World

    init() throws { world = try World(["virology": 5]) }

    private func shots(
        _ count: Int, _ source: ShotSource = .devThenVal, excluding: [Question] = [],
        trainPool: [Question] = []
    ) throws -> [String] {
        try Shots.select(
            count: count, for: "virology", from: source, in: world.dataset, pool: trainPool,
            excluding: Set(excluding.map(\.contentHash))
        ).map { "\($0.id.split) \($0.id.row)" }
    }

    private let dev = (0..<5).map { "dev \($0)" }

    @Test func `seven are all of dev, then the first of val`() throws {
        #expect(try shots(7) == dev + ["val 0", "val 1"])
        #expect(try shots(2) == ["dev 0", "dev 1"])
        #expect(try shots(3, .val) == ["val 0", "val 1", "val 2"])
        #expect(try shots(5, .dev) == dev)
        let pool = [4, 2].map { World.question("anatomy", .test, $0) }
        #expect(try shots(2, .trainPool, trainPool: pool) == ["test 4", "test 2"])
    }

    @Test func `a row equal to a question asked gives its place to the next`() throws {
        var asked = World.question("virology", .dev, 1)
        asked.id = QuestionID(subject: "virology", split: .test, row: 0)
        asked.question = asked.question.uppercased() + " "
        #expect(
            try shots(7, excluding: [asked, World.question("virology", .val, 0)])
                == ["dev 0", "dev 2", "dev 3", "dev 4", "val 1", "val 2", "val 3"])
    }

    @Test func `seven dev rows need no val, and no shots need no files`() throws {
        let world = try World(["virology": 7], splits: [.dev])
        #expect(
            try Shots.select(
                count: 7, for: "virology", from: .devThenVal, in: world.dataset, excluding: []
            ).count == 7)
        #expect(
            try Shots.select(
                count: 0, for: "anatomy", from: .devThenVal, in: world.dataset, excluding: []
            ) == [])
        #expect(
            refusal {
                try Shots.select(
                    count: 8, for: "virology", from: .devThenVal, in: world.dataset, excluding: [])
            } == "shots of virology: dev+val has 7; 8 are needed")
    }

    @Test func `more than there are is refused with how many there are`() {
        #expect(
            refusal { try shots(6, .dev) }
                == "shots of virology: dev has 5; 6 are needed")
        #expect(
            refusal { try shots(5, .dev, excluding: [World.question("virology", .dev, 3)]) }
                == "shots of virology: dev has 4, without 1 equal to an evaluated question; 5 are"
                + " needed")
        #expect(
            refusal { try shots(-1) } == "the number of shots: is -1; 0 or more is needed")
    }

    @Test func `seeded shots are of the whole source, nested, and each seed's own`() throws {
        func seeded(_ count: Int, _ seed: Int, excluding: [Question] = []) throws -> [String] {
            try Shots.select(
                count: count, for: "virology", from: .devThenVal, order: .seeded(seed),
                in: world.dataset, excluding: Set(excluding.map(\.contentHash))
            ).map { "\($0.id.split) \($0.id.row)" }
        }
        let all = Set(dev + (0..<5).map { "val \($0)" })
        #expect(try Set(seeded(10, 0)) == all)
        #expect(try seeded(10, 0) == seeded(10, 0))
        #expect(try seeded(4, 0) == Array(seeded(10, 0).prefix(4)))
        #expect(try seeded(10, 0) != seeded(10, 1))
        // With two of ten, one of twenty seeds at least shows a val row.
        #expect(try (0..<20).contains { try seeded(2, $0).contains { $0.hasPrefix("val") } })
        let first = try seeded(10, 3)
        let asked = World.question(
            "virology", first[0].hasPrefix("dev") ? .dev : .val,
            Int(first[0].suffix(1)) ?? 0)
        #expect(try seeded(9, 3, excluding: [asked]) == Array(first.dropFirst()))
        #expect(
            refusal { try seeded(11, 0) }
                == "shots of virology: dev+val has 10; 11 are needed")
        #expect(ShotOrder.first.seed == nil && ShotOrder.seeded(4).seed == 4)
    }

    @Test func `an unknown source is refused with the nearest`() throws {
        #expect(try ShotSource(parsing: "train-pool") == .trainPool)
        let error = #expect(throws: Mismatch.self) { try ShotSource(parsing: "dev-val") }
        #expect(
            error?.description
                == "did you mean dev+val? one of dev+val, dev, val, train-pool, rationales is needed"
        )
    }

    @Test func `a random draw has no question that it serves, and none twice`() throws {
        var again = World.question("virology", .dev, 1)
        again.id.row = 9
        let pool = (0..<5).map { World.question("virology", .dev, $0) } + [again]
        let served = pool[0]
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<20 {
            let shots = try Shots.draw(
                count: 4, from: pool, excluding: [served.contentHash], using: &generator)
            #expect(Set(shots.map(\.contentHash)) == Set(pool[1...4].map(\.contentHash)))
        }
        #expect(
            refusal {
                try Shots.draw(
                    count: 5, from: pool, excluding: [served.contentHash], using: &generator)
            }
                == "shots of a training step: the pool of 6 has 4 without the prompt's own"
                + " questions and repeats; 5 are needed")
    }
}
