import Basics
import Benchmarks

/// The questions of one subject: no two of them with the same item and the same four relations.
struct QuestionDraw {
    let questions: [(QuestionID, WorldQuestion)]

    /// Rows in each file of a subject.
    static func rowCount(of split: Split) -> Int {
        switch split {
        case .dev: 5
        case .val: 20
        case .test: 140
        }
    }

    init(subject: WorldSubject, seed: UInt64) {
        let relation = Relation(of: subject.category)
        var generator = SeededGenerator(seed: seed, for: ["questions", subject.name])
        var combinations = generator.shuffled(
            subject.items.flatMap { Combination.all(item: $0, with: relation) })
        var questions: [(QuestionID, WorldQuestion)] = []
        for split in Split.allCases {
            let letters = Self.balancedLetters(Self.rowCount(of: split), using: &generator)
            for (row, letter) in letters.enumerated() {
                let combination = combinations.removeLast()
                let id = QuestionID(subject: subject.name, split: split, row: row)
                questions.append(
                    (id, combination.asking(relation, at: letter, using: &generator)))
            }
        }
        self.questions = questions
    }

    /// Letters in random order, each as often as any other, but for what does not divide by four.
    private static func balancedLetters(
        _ count: Int, using generator: inout SeededGenerator
    ) -> [Letter] {
        let letters = generator.shuffled(Letter.allCases)
        return generator.shuffled((0..<count).map { letters[$0 % letters.count] })
    }
}

extension Combination {
    /// The question with the given relation at `letter` and the others in random order.
    func asking(
        _ relation: Relation, at letter: Letter, using generator: inout SeededGenerator
    ) -> WorldQuestion {
        var order = generator.shuffled(relations.filter { $0 != relation })
        order.insert(relation, at: letter.index)
        return WorldQuestion(item: item, relations: order, relation: relation)
    }
}
