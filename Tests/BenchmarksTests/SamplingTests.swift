import Testing

@testable import Benchmarks

@Suite struct SamplingTests {
    private let world: World

    init() throws {
        world = try World(["philosophy": 40, "prehistory": 60, "virology": 9], splits: [.test])
    }

    @Test func `a holdout is distinct rows of the category, and begins a larger one`() throws {
        let holdout = try Sampling.holdout(
            of: .humanities, count: 30, sampleSeed: 0, in: world.dataset)
        let larger = try Sampling.holdout(
            of: .humanities, count: 100, sampleSeed: 0, in: world.dataset)
        #expect(Set(holdout.map(\.id)).count == 30)
        #expect(Set(larger.map(\.id)).count == 100)
        #expect(larger.allSatisfy { $0.id.subject != "virology" })
        #expect(Array(larger.prefix(30)) == holdout)
    }

    @Test func `the sample seed decides and nothing else`() throws {
        func ids(_ seed: Int) throws -> [[QuestionID]] {
            [
                try Sampling.holdout(
                    of: .humanities, count: 20, sampleSeed: seed, in: world.dataset
                ).map(\.id),
                try Sampling.evaluationSample(
                    of: .humanities, limit: 20, sampleSeed: seed, excluding: [], in: world.dataset
                ).questions.map(\.id),
            ]
        }
        #expect(try ids(3) == ids(3))
        #expect(try ids(3)[0] != ids(4)[0])
        #expect(try ids(3)[1] != ids(-4)[1])
    }

    @Test func `a holdout of more than there are is refused`() {
        #expect(
            refusal {
                try Sampling.holdout(of: .other, count: 10, sampleSeed: 0, in: world.dataset)
            }
                == "\(world.folder.path): has 9 other test questions; a holdout of 10 needs as many"
        )
    }

    @Test func `a sample is proportional by subject, by row, and without what is excluded`() throws
    {
        let holdout = try Sampling.holdout(
            of: .humanities, count: 50, sampleSeed: 0, in: world.dataset)
        let hashes = Set(holdout.map(\.contentHash))
        let sample = try Sampling.evaluationSample(
            of: .humanities, limit: 20, sampleSeed: 0, excluding: hashes, in: world.dataset)
        let philosophyCount = 40 - holdout.count { $0.id.subject == "philosophy" }
        #expect(sample.questions.count == 20)
        #expect(sample.leftOutCount == 50)
        #expect(sample.availableCount == 50)
        #expect(hashes.isDisjoint(with: sample.questions.map(\.contentHash)))
        let asked = sample.questions.map(\.id)
        // 20 of 50: two fifths of each subject, up or down by less than one.
        let fifths = 2 * philosophyCount - 5 * asked.count { $0.subject == "philosophy" }
        #expect(abs(fifths) < 5)
        #expect(asked == asked.sorted { ($0.subject, $0.row) < ($1.subject, $1.row) })
        #expect(Set(asked).count == 20)
    }

    @Test func `a row equal in content to an excluded one is left out`() throws {
        try world.write(
            "Same?,a,b,c,d,A\nOther?,a,b,c,d,A\n SAME? ,A,b,c,d,B\n",
            to: "test/astronomy_test.csv")
        let dataset = world.dataset
        let first = try dataset.questions(of: "astronomy", in: .test)[0]
        let sample = try Sampling.evaluationSample(
            of: .stem, limit: 250, sampleSeed: 0, excluding: [first.contentHash], in: dataset)
        #expect(sample.questions.map(\.id.row) == [1])
        #expect(sample.leftOutCount == 2)
        #expect(sample.availableCount == 1)
    }

    @Test func `leaving out one question changes the sample by that question`() throws {
        func sample(_ hashes: Set<String>) throws -> [Question] {
            try Sampling.evaluationSample(
                of: .other, limit: 5, sampleSeed: 1, excluding: hashes, in: world.dataset
            ).questions
        }
        let whole = try sample([])
        let without = try sample([whole[2].contentHash])
        #expect(Set(whole).subtracting(without) == [whole[2]])
        #expect(without.count == 5)
    }

    @Test func `a balanced sample takes one row of each subject, round after round`() throws {
        let world = try World(["philosophy": 40, "jurisprudence": 12, "prehistory": 3])
        // Every fourth row of a subject has the right choice of an earlier one.
        let rows = try Sampling.rows(
            of: .humanities, in: .test, rule: .balanced, world.dataset)
        #expect(rows.map(\.id.row) == (0..<4).map { $0 } + (0..<4).map { $0 } + [0, 1, 2])
        func counts(_ limit: Int) throws -> [String: Int] {
            let sample = try Sampling.evaluationSample(
                of: .humanities, limit: limit, sampleSeed: 3, rule: .balanced, excluding: [],
                in: world.dataset)
            #expect(sample.availableCount == 11)
            return Dictionary(grouping: sample.questions, by: \.id.subject).mapValues(\.count)
        }
        #expect(try counts(6) == ["jurisprudence": 2, "philosophy": 2, "prehistory": 2])
        #expect(try counts(10) == ["jurisprudence": 4, "philosophy": 3, "prehistory": 3])
        #expect(try counts(100) == ["jurisprudence": 4, "philosophy": 4, "prehistory": 3])
        let held = try Sampling.holdout(
            of: .humanities, count: 7, sampleSeed: 3, rule: .balanced, in: world.dataset)
        #expect(
            held.map(\.id.subject) == [
                "jurisprudence", "philosophy", "prehistory", "jurisprudence", "philosophy",
                "prehistory", "jurisprudence",
            ])
        #expect(
            refusal {
                try Sampling.holdout(
                    of: .humanities, count: 12, sampleSeed: 3, rule: .balanced, in: world.dataset)
            } != nil)
    }

    @Test(arguments: [nil, 9, 250] as [Int?])
    func `a limit of none or of more than there are takes all`(limit: Int?) throws {
        let sample = try Sampling.evaluationSample(
            of: .other, limit: limit, sampleSeed: 0, excluding: [], in: world.dataset)
        #expect(sample.questions.map(\.id.row) == Array(0..<9))
        #expect(sample.availableCount == 9)
        #expect(sample.leftOutCount == 0)
    }

    @Test func `a limit of zero is refused`() {
        #expect(
            refusal {
                try Sampling.evaluationSample(
                    of: .other, limit: 0, sampleSeed: 0, excluding: [], in: world.dataset)
            }
                == "a sample's limit: is 0; 1 or more is needed, or none for no limit")
    }

    @Test(arguments: [
        (10, [10, 10, 10], [4, 3, 3]), (7, [50, 30, 20], [4, 2, 1]), (0, [2, 3], [0, 0]),
        (5, [2, 3], [2, 3]), (0, [0, 0], [0, 0]), (2, [5, 1, 0], [2, 0, 0]),
    ])
    func `quotas go by largest remainder`(total: Int, counts: [Int], quotas: [Int]) {
        // 7 of 50, 30, 20: 3.5, 2.1, 1.4; the unit left goes to the first.
        #expect(Sampling.proportionalQuotas(of: total, over: counts) == quotas)
    }
}
