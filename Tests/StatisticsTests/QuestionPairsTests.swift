import Testing

@testable import Statistics

@Suite struct QuestionPairsTests {
    /// "3a=B": in row 3 a question with the hash "a", of which B is right. Without a hash: "3=B".
    private func asked(_ words: String, _ subject: String = "law") -> [AnsweredQuestion] {
        words.split(separator: " ").map { word in
            let parts = word.split(separator: "=")
            let hash = String(parts[0].drop { $0.isNumber })
            return AnsweredQuestion(
                subject: subject, split: "test", row: Int(parts[0].prefix { $0.isNumber }) ?? -1,
                hash: hash.isEmpty ? nil : hash, answer: String(parts[1]))
        }
    }

    /// Rows of the first, each with its partner's.
    private func rows(_ first: [AnsweredQuestion], _ second: [AnsweredQuestion]) -> [[Int]] {
        QuestionPairs(first, second).pairs.map { [first[$0.first].row, second[$0.second].row] }
    }

    @Test func `the same content is the same question, wherever it stands`() {
        #expect(
            rows(asked("0a=A 1b=B 2c=C"), asked("0c=C 1a=A 2d=A 9b=B")) == [
                [0, 1], [1, 9], [2, 0],
            ])
    }

    @Test func `the same place with other content is another question`() {
        let found = QuestionPairs(asked("0a=A 1b=B"), asked("0c=A 1d=B 2e=C"))
        #expect(found.pairs.isEmpty && found.doubt == nil && found.basis == .content)
        #expect(found.firstCount == 2 && found.secondCount == 3)
        // That both read one source does not make other content the same.
        let sure = QuestionPairs(asked("0a=A"), asked("0c=A"), areOfOneSource: true)
        #expect(sure.pairs.isEmpty)
    }

    @Test func `a question of another subject is another question`() {
        #expect(rows(asked("0a=A"), asked("0a=A", "philosophy")).isEmpty)
    }

    @Test func `copies are paired one to one, those in the same place first`() {
        #expect(rows(asked("3a=A 10a=A"), asked("10a=A")) == [[10, 10]])
        #expect(rows(asked("3a=A 10a=A"), asked("7a=A 10a=A")) == [[3, 7], [10, 10]])
        #expect(rows(asked("3a=A 10a=A 11a=A"), asked("1a=A 2a=A")) == [[3, 1], [10, 2]])
        #expect(rows(asked("1a=A"), asked("2a=A 3a=A")) == [[1, 2]])
    }

    @Test func `copies with the same right letter are paired before others`() {
        #expect(rows(asked("1a=A 2a=B"), asked("5a=B 6a=A")) == [[1, 6], [2, 5]])
        // Another right letter is still the same question: who compares them is told.
        #expect(rows(asked("1a=A"), asked("5a=B")) == [[1, 5]])
    }

    @Test func `pairs are in the first's order, however the lists are`() {
        let first = asked("0a=A 1b=B 2c=C")
        let second = asked("4c=C 5b=B 6a=A")
        #expect(rows(first.reversed(), second.reversed()) == rows(first, second))
        #expect(rows(first, second) == [[0, 6], [1, 5], [2, 4]])
    }

    private let eight = "0=A 1=B 2=C 3=D 4=A 5=B 6=C 7=D"

    @Test func `without hashes places count where all right letters agree`() {
        let found = QuestionPairs(asked(eight + " 8=B"), asked(eight + " 9=A"))
        #expect(found.basis == .letters && found.doubt == nil)
        #expect(found.pairs.map { $0.first } == Array(0..<8))
        #expect(found.pairs.map { $0.second } == Array(0..<8))
        // One list with hashes does not help.
        let hashed = asked("0a=A 1b=B 2c=C 3d=D 4e=A 5f=B 6g=C 7h=D")
        #expect(QuestionPairs(hashed, asked(eight)).basis == .letters)
        #expect(QuestionPairs(asked(eight), hashed).pairs.count == 8)
    }

    @Test func `one other right letter makes places worthless`() {
        let found = QuestionPairs(asked(eight), asked(eight.replacing("5=B", with: "5=C")))
        #expect(found.pairs.isEmpty)
        #expect(found.doubt == .init(commonCount: 8, otherAnswerCount: 1))
        #expect(
            found.doubt?.description
                == "1 of the 8 at the same locations have another correct letter")
    }

    @Test func `few places tell nothing, unless both read the same`() {
        let seven = asked("0=A 1=B 2=C 3=D 4=A 5=B 6=C")
        let found = QuestionPairs(seven, seven)
        #expect(found.pairs.isEmpty)
        #expect(
            found.doubt?.description == "only 7 are at the same locations; 8 are needed")
        let sure = QuestionPairs(seven, seven, areOfOneSource: true)
        #expect(sure.pairs.count == 7 && sure.doubt == nil && sure.basis == .source)
    }

    @Test func `tens of thousands of questions are paired in a moment`() {
        let first = (0..<30_000).map {
            AnsweredQuestion(subject: "law", split: "test", row: $0, hash: "\($0)", answer: "A")
        }
        let second = (0..<30_000).map {
            AnsweredQuestion(
                subject: "law", split: "test", row: $0, hash: "\(29_999 - $0)", answer: "A")
        }
        let start = ContinuousClock.now
        let found = QuestionPairs(first, second)
        #expect(found.pairs.allSatisfy { $0.first + $0.second == 29_999 })
        #expect(found.pairs.count == 30_000)
        #expect(ContinuousClock.now - start < .seconds(10))
    }
}
