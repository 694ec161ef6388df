import Basics
import Statistics
import Testing

@Suite struct AccuracyTests {
    @Test func `four questions in three repeats give the numbers worked out by hand`() throws {
        let accuracy = try Accuracy(correct: [
            [true, true, false],
            [true, false, false],
            [true, true, true],
            [false, false, false],
        ])
        #expect(accuracy.mean == 0.5)
        #expect(accuracy.questionCount == 4)
        #expect(accuracy.repeatCount == 3)
        // The repeats have 3/4, 2/4 and 1/4: standard deviation 1/4, over √3.
        #expect(abs(try #require(accuracy.standardError) - 0.14433756729740643) < 1e-15)
        // The questions have 2/3, 1/3, 1 and 0: variance (2/36 + 2/4) / 3 = 5/27, over 4.
        #expect(abs(try #require(accuracy.itemStandardError) - 0.21516574145596762) < 1e-15)
    }

    @Test func `one repeat has no error over repeats`() throws {
        let accuracy = try Accuracy(correct: [[true], [false], [true], [true]])
        #expect(accuracy.mean == 0.75)
        #expect(accuracy.standardError == nil)
        // Variance (3/16 + 9/16) / 3 = 1/4, over 4.
        #expect(accuracy.itemStandardError == 0.25)
    }

    @Test func `one question has no error over questions`() throws {
        let accuracy = try Accuracy(correct: [[true, false]])
        #expect(accuracy.itemStandardError == nil)
        #expect(accuracy.standardError == 0.5)
    }

    @Test(arguments: [[], [[]]] as [[[Bool]]])
    func `nothing is refused`(correct: [[Bool]]) {
        let error = #expect(throws: InputError.self) { try Accuracy(correct: correct) }
        #expect(
            error?.message
                == "an accuracy: there are \(correct.count) questions with 0 repeats; one or more of"
                + " both are needed")
    }

    @Test func `questions with different repeats are refused`() {
        let error = #expect(throws: InputError.self) {
            try Accuracy(correct: [[true, true], [true]])
        }
        #expect(
            error?.message
                == "an accuracy: question 1 has 2 repeats and question 2 has 1; as many for all are"
                + " needed")
    }
}
