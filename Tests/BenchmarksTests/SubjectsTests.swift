import Basics
import Testing

@testable import Benchmarks

@Suite struct SubjectsTests {
    /// The sums that Hendrycks' map and the published files have.
    @Test(arguments: [
        (Category.humanities, 13, 518, 4705), (.socialSciences, 12, 337, 3077),
        (.stem, 18, 321, 3018), (.other, 14, 355, 3242),
    ])
    func `each category has its subjects and rows`(
        category: Category, count: Int, val: Int, test: Int
    ) {
        let subjects = Subjects.all.filter { $0.category == category }
        #expect(subjects.count == count)
        #expect(subjects.map { $0.questionCount(in: .dev) }.reduce(0, +) == 5 * count)
        #expect(subjects.map { $0.questionCount(in: .val) }.reduce(0, +) == val)
        #expect(subjects.map { $0.questionCount(in: .test) }.reduce(0, +) == test)
    }

    @Test func `anatomy is under other, as Hendrycks has it`() throws {
        #expect(try Subjects.subject(named: "anatomy").category == .other)
    }

    @Test func `a title has spaces for underscores`() throws {
        #expect(
            try Subjects.subject(named: "high_school_physics").title == "high school physics")
        #expect(Category.socialSciences.title == "social sciences")
    }

    @Test func `an unknown subject is refused with the nearest`() {
        #expect(
            refusal { try Subjects.subject(named: "philosphy") }
                == "subject 'philosphy' is none of MMLU's 57; did you mean 'philosophy'?")
    }

    @Test(arguments: [
        ("humanities", [Category.humanities]), ("social-sciences", [.socialSciences]),
        ("social_sciences", [.socialSciences]), ("STEM, humanities,stem", [.humanities, .stem]),
        ("all", Category.allCases), ("other,all", Category.allCases),
    ])
    func `words become categories, each once and in order`(list: String, categories: [Category])
        throws
    {
        #expect(try Category.parse(list: list) == categories)
    }

    @Test func `an unknown category is refused with the nearest`() {
        #expect(
            refusal { try Category.parse(list: "stem,humanites") }
                == "there is no category 'humanites'; did you mean humanities? one of humanities,"
                + " social_sciences, stem, other is needed"
        )
        #expect(
            refusal { try Category.parse(list: " ,") }
                == "a list of categories is needed, as humanities,stem, or all")
    }

    @Test func `the nearest match takes the fewest edits`() {
        #expect(nearestMatch(to: "kitten", in: ["sitting", "mitten", "kitchen"]) == "mitten")
        #expect(nearestMatch(to: "STEN", in: ["other", "stem"]) == "stem")
        #expect(nearestMatch(to: "ab", in: ["ac", "ad"]) == "ac")
        #expect(nearestMatch(to: "ab", in: [String]()) == nil)
    }

    /// Sizes of peers' maps: those of hendrycks/test, and of lm-eval's tags.
    @Test func `the maps differ in anatomy alone`() {
        func counts(_ map: CategoryMap) -> [[Int]] {
            Category.allCases.map { category in
                let subjects = Subjects.all.filter { map.category(of: $0) == category }
                let questions = subjects.map { $0.questionCount(in: .test) }
                return [subjects.count, questions.reduce(0, +)]
            }
        }
        #expect(counts(.hendrycks) == [[13, 4705], [12, 3077], [18, 3018], [14, 3242]])
        #expect(counts(.lmEval) == [[13, 4705], [12, 3077], [19, 3153], [13, 3107]])
        let moved = Subjects.all.filter { CategoryMap.lmEval.category(of: $0) != $0.category }
        #expect(moved.map(\.name) == ["anatomy"])
    }

    @Test func `a data set sorts its subjects by its map`() throws {
        let world = try World(["anatomy": 2, "astronomy": 1])
        let other = MMLU(folder: world.folder, categories: .lmEval)
        #expect(try world.dataset.subjects(of: .stem, in: .test) == ["astronomy"])
        #expect(try other.subjects(of: .stem, in: .test) == ["anatomy", "astronomy"])
        #expect(try other.questions(of: .other, in: .dev) == [])
        let rows = try TrainRows.val.questions(
            of: .stem, in: other, sampleSeed: 0, holdoutCount: 0)
        #expect(rows.count == 3)
    }
}
