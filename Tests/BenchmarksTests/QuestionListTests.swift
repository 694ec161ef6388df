import Basics
import Foundation
import Testing

@testable import Benchmarks

/// Questions that a CSV file names.
@Suite struct QuestionListTests {
    private let world: World

    init() throws { world = try World(["philosophy": 4, "astronomy": 3]) }

    private func list(_ text: String) throws -> QuestionList {
        try QuestionList(file: world.write(text, to: "rows.csv").path)
    }

    private let sets = """
        set,subject,split,row
        b,philosophy,test,2
        a,astronomy,dev,0
        b,philosophy,test,0
        b,philosophy,test,2

        """

    @Test func `a set gives its rows in the file's order, each once`() throws {
        let list = try list(sets)
        #expect(list.sets == ["b", "a"])
        #expect(
            try list.questions(of: ["b"], in: world.dataset) == [
                World.question("philosophy", .test, 2), World.question("philosophy", .test, 0),
            ])
        #expect(try list.questions(of: [], in: world.dataset).count == 3)
    }

    @Test func `columns may stand in any order, and sets be missing`() throws {
        let list = try list("row,subject,split\n1,astronomy,val\n")
        #expect(
            try list.questions(of: [], in: world.dataset) == [
                World.question("astronomy", .val, 1)
            ])
        #expect(
            refusal { try list.questions(of: ["x"], in: world.dataset) }?
                .hasSuffix("has no set 'x'; a column 'set' is needed") == true)
    }

    @Test(arguments: [
        ("subject,split\na,b\n", "its first row has no column 'row'"),
        ("subject,split,row\nphilosophi,test,1\n", "row 2: subject 'philosophi' is none"),
        ("subject,split,row\nphilosophy,train,1\n", "row 2: has split 'train'"),
        ("subject,split,row\nphilosophy,test,-1\n", "row 2: has row '-1'"),
        (
            "subject,split,row\nphilosophy,test\n",
            "row 2: has 2 fields; 3 are needed, as in the header"
        ),
        ("subject,split,row\n", "names no question"),
    ])
    func `what is wrong is said with its row`(text: String, words: String) {
        let message = refusal { try list(text) } ?? ""
        #expect(message.contains(words), "\(message)")
    }

    @Test func `a set or a row that is not there is refused`() throws {
        let list = try list(sets)
        #expect(
            refusal { try list.questions(of: ["c"], in: world.dataset) }?
                .contains("has no set 'c'; did you mean b? one of b, a is needed") == true)
        let far = try self.list("subject,split,row\nphilosophy,test,4\n")
        #expect(
            refusal { try far.questions(of: [], in: world.dataset) }?
                .contains("has 4 rows; row 4, counted from 0, is needed") == true)
    }

    @Test func `training reads the listed rows of its category`() throws {
        let file = try world.write(sets, to: "rows.csv")
        let rows = TrainRows(parsing: file.path, sets: ["b"])
        #expect(rows == .listed(file, sets: ["b"]) || rows.description == file.path)
        let questions = try rows.questions(
            of: .humanities, in: world.dataset, sampleSeed: 0, holdoutCount: 0)
        #expect(questions.map(\.id.row) == [2, 0])
        #expect(
            refusal {
                try rows.questions(of: .stem, in: world.dataset, sampleSeed: 0, holdoutCount: 0)
            } != nil)
    }

    @Test(
        .enabled(
            if: SharedData.mmlu != nil,
            "no ../shared or FT_MMLU_SHARED: the authors' rows were not read"))
    func `the authors' rows are found in the published data`() throws {
        let folder = try #require(SharedData.mmlu)
        let file = folder.deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "authors/authors-rows.csv")
        let list = try QuestionList(file: file.path)
        let dataset = MMLU(folder: folder)
        let counts = try list.sets.map { try list.questions(of: [$0], in: dataset).count }
        #expect(
            Dictionary(uniqueKeysWithValues: zip(list.sets, counts)) == [
                "train-humanities": 1000, "eval-humanities": 250, "eval-stem": 156,
                "eval-social_sciences": 250, "eval-other": 250,
            ])
    }
}
