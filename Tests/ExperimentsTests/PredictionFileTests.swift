import Benchmarks
import Foundation
import TestSupport
import Testing

@testable import Evaluation
@testable import Experiments

@Suite struct PredictionFileTests {
    /// A file of predictions beside eight questions of nutrition whose right letters go A, B, C, D.
    private func withFile(
        _ text: String, _ body: (_ path: String, _ data: MMLU) throws -> Void
    ) throws {
        try Fixture.withTemporaryFolder { folder in
            try QuestionFolder.write(
                tests: ["nutrition": 8, "virology": 2], to: folder + "/data")
            let path = folder + "/p.csv"
            try text.write(toFile: path, atomically: false, encoding: .utf8)
            try body(path, MMLU(folder: URL(fileURLWithPath: folder + "/data")))
        }
    }

    private func mean(_ file: PredictionFile, _ index: Int) -> Double? {
        file.models[index].table["all", shots: 0]?.accuracy.mean
    }

    @Test func `every column but the known ones is a model`() throws {
        try withFile("subject,row,one,two\nnutrition,0,A,B\nnutrition,1,B,B\nnutrition,5,b, C \n") {
            path, data in
            let file = try PredictionFile(path: path, dataset: data)
            #expect(file.models.map(\.name) == ["one", "two"])
            #expect(mean(file, 0) == 1)
            #expect(mean(file, 1) == 1.0 / 3)
            #expect(file.questionCount == 3)
            #expect(file.missingSubjects == ["virology"])
            let pairs = try file.comparisons()
            #expect(pairs.count == 1 && pairs[0].first == "one" && pairs[0].second == "two")
            #expect(pairs[0].table["all", shots: 0]?.micro.signFlip.lostCount == 2)
        }
    }

    @Test func `columns, split and first row may be named`() throws {
        let text =
            "id,topic,part,key,guess,other\n1,Nutrition,val,A,A,x\n4,nutrition,val,D,[no],y\n"
        try withFile(text) { path, data in
            var reading = PredictionFile.Reading()
            reading.columns.subject = "topic"
            reading.columns.row = "id"
            reading.columns.split = "part"
            reading.columns.gold = "key"
            reading.columns.predictions = ["guess"]
            reading.firstRow = 1
            reading.shots = 5
            let file = try PredictionFile(path: path, reading, dataset: data)
            let row = try #require(file.models[0].table["all", shots: 5])
            #expect(row.accuracy.mean == 0.5)
            #expect(row.unreadable == 1)
        }
    }

    @Test func `the file's own right letters do without the data`() throws {
        try withFile("subject,index,gold,m\nnutrition,99,C,C\nnutrition,98,A,C\n") { path, _ in
            let file = try PredictionFile(path: path, dataset: nil)
            #expect(mean(file, 0) == 0.5)
            #expect(file.missingSubjects == [])
        }
    }

    @Test(arguments: [
        (
            "subject,row,m\nnutrition,0\n",
            ", row 2: has 2 fields; 3 are needed, as in the first"
        ),
        (
            "subject,row,m\nnutrition,0,A\nnutrition,0,A\n",
            ", row 3: answers nutrition test 0 a second time; each question once is needed"
        ),
        (
            "subject,row,m\nnutritoin,0,A\n",
            ", row 2: names no question to compare with: subject 'nutritoin' is none of MMLU's 57;"
                + " did you mean 'nutrition'?"
        ),
        (
            "subject,row,m\nnutrition,-1,A\n",
            ", row 2: names no question to compare with: row '-1' is no whole number from 0"
        ),
        (
            "subject,row,split,m\nnutrition,1,train,A\n",
            ", row 2: names no question to compare with: split 'train' is none of dev, val, test"
        ),
        (
            "subject,row,gold,m\nnutrition,1,A,A\n",
            ", row 2: names no question to compare with: A is right there and B in the data; rows"
                + " are counted from --first-row in each subject"
        ),
        (
            "subject,row,gold,m\nnutrition,1,?,A\n",
            ", row 2: names no question to compare with: '?' in column 'gold' is no letter from A"
                + " to D"
        ),
        (
            "subject,row,m\nnutrition,1,0\nnutrition,2,1\n",
            ": has no letter from A to D in column 'm'; name columns of predictions by"
                + " --answer-columns, and how they are written by --answers"
        ),
        (
            "subjects,row,m\nnutrition,1,A\n",
            ": has no column 'subject'; did you mean 'subjects'?; its first line has subjects, row,"
                + " m; name the column by --subject-column"
        ),
        (
            "subject,row\nnutrition,1\n",
            ": has no column of predictions: subject, row; subject, row and one or more others are"
                + " needed"
        ),
        (
            "subject,row,m,m\nnutrition,1,A,A\n",
            ": names a column twice in its first line: subject, row, m, m; each name once is needed"
        ),
        (
            "subject,row,m\n",
            ": has no letter from A to D in column 'm'; name columns of predictions by"
                + " --answer-columns, and how they are written by --answers"
        ),
    ])
    func `a file that cannot be taken at its word is refused`(text: String, words: String) throws {
        try withFile(text) { path, data in
            expectRefusal(path + words) { try PredictionFile(path: path, dataset: data) }
        }
    }

    @Test func `a row that the data do not have is refused`() throws {
        try withFile("subject,row,m\nnutrition,8,A\n") { path, data in
            let words = refusal { try PredictionFile(path: path, dataset: data) } ?? ""
            #expect(words.hasPrefix("\(path), row 2: names no question to compare with: "))
            #expect(words.hasSuffix("has 8 rows; row 8, counted from 0, is needed"))
        }
    }

    @Test func `answers may be numbers from 0, the right ones too`() throws {
        try withFile("subject,row,gold,m\nnutrition,1,1,1\nnutrition,6,2,3\nnutrition,7,3,4\n") {
            path, data in
            var reading = PredictionFile.Reading()
            reading.answers = .index
            let file = try PredictionFile(path: path, reading, dataset: data)
            #expect(mean(file, 0) == 1.0 / 3)
            #expect(file.models[0].table["all", shots: 0]?.unreadable == 1)
        }
    }

    @Test func `answers may be the choices' texts`() throws {
        // Row 5's choices: red 5, green 5, blue 5, grey 5; the second is right.
        try withFile("subject,row,m\nnutrition,5,green 5\nnutrition,6,green 6\nnutrition,7,green\n")
        { path, data in
            var reading = PredictionFile.Reading()
            reading.answers = .text
            let file = try PredictionFile(path: path, reading, dataset: data)
            #expect(mean(file, 0) == 1.0 / 3)
            #expect(file.models[0].table["all", shots: 0]?.unreadable == 1)
        }
    }

    @Test func `the map says which category a subject counts in`() throws {
        try withFile("subject,row,gold,m\nanatomy,0,A,A\nnutrition,0,B,A\n") { path, _ in
            var reading = PredictionFile.Reading()
            #expect(
                try PredictionFile(path: path, reading, dataset: nil).models[0].table[
                    "stem", shots: 0] == nil)
            reading.categoryMap = .lmEval
            let table = try PredictionFile(path: path, reading, dataset: nil).models[0].table
            #expect(table["stem", shots: 0]?.accuracy.mean == 1)
            #expect(table["other", shots: 0]?.accuracy.mean == 0)
        }
    }

    @Test func `a column of predictions is named once`() throws {
        try withFile("subject,row,m\nnutrition,0,A\n") { path, data in
            var reading = PredictionFile.Reading()
            reading.columns.predictions = ["m", "m"]
            expectRefusal("--answer-columns: names 'm' twice; each once is needed") {
                try PredictionFile(path: path, reading, dataset: data)
            }
        }
    }

    @Test func `nothing says what is right`() throws {
        try withFile("subject,row,m\nnutrition,0,A\n") { path, _ in
            expectRefusal(
                "\(path): does not say which letters are right; name MMLU's folder by --data, or "
                    + "the column by --gold-column"
            ) { try PredictionFile(path: path, dataset: nil) }
        }
        expectRefusal("absent.csv: cannot be read") {
            try PredictionFile(path: "absent.csv", dataset: nil)
        }
    }

    @Test(.enabled(if: Fixture.shared != nil, "there is no folder of shared data"))
    func `a real file has the accuracies that its source states`() throws {
        let shared = try #require(Fixture.shared)
        let file = try PredictionFile(
            path: shared + "/data/predictions/openfedllm.csv",
            dataset: MMLU(folder: URL(fileURLWithPath: shared + "/data/mmlu")))
        #expect(file.models.map(\.name) == ["ckpt0", "ckpt50", "ckpt100", "ckpt150", "ckpt200"])
        #expect(file.questionCount == 12_343)
        let means = file.models.indices.compactMap { mean(file, $0) }
        #expect(
            means.map { String(format: "%.4f", $0) } == [
                "0.4692", "0.4668", "0.4623", "0.4638", "0.4625",
            ])
        #expect(file.missingSubjects == ["high_school_european_history", "professional_law"])
        // Counted with awk: texts that begin with "[Invalid]".
        let unreadable = file.models.compactMap { $0.table["all", shots: 0]?.unreadable }
        #expect(unreadable.reduce(0, +) == 47)
    }
}
