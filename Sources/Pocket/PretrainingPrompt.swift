import Basics
import Benchmarks

/// A pretraining prompt: questions about the same relation, under a subject's header.
struct PretrainingPrompt: Sendable {
    /// The format of the answers.
    enum Answers: Int, CaseIterable {
        case withRationale, lettersOnly

        var preset: any PromptPreset {
            switch self {
            case .withRationale: PlainCoT()
            case .lettersOnly: Hendrycks()
            }
        }
    }

    let answers: Answers
    /// An index in the world's subjects; it says nothing about the relation.
    let subject: Int
    /// The shots, then the question.
    let questions: [WorldQuestion]
}

extension PretrainingPrompt {
    /// The prompt with all its answers, as text, without the end token.
    func text(in world: World) -> String {
        let preset = answers.preset
        let rows = questions.enumerated().map { row, content in
            WorldRow(
                id: QuestionID(subject: world.subjects[subject].name, split: .dev, row: row),
                content: content, facts: world.facts)
        }
        let shots = rows.dropLast().map { preset.shot($0.question, rationale: $0.rationale) }
        let last = rows.suffix(1).map {
            preset.question($0.question) + preset.target(for: $0.question, rationale: $0.rationale)
        }
        return preset.header(topic: world.subjects[subject].title) + (shots + last).joined()
    }
}

/// Draws prompts until a step has its number of questions.
struct PretrainingDraw: Sendable {
    /// The possible numbers of shots before the question.
    static let shotCounts = [0, 1, 3, 7]

    private let subjectCount: Int
    /// By relation: the combinations that no question of the world's files uses.
    private let free: [[Combination]]

    init(world: World) {
        let evaluated = Set(world.rows.map(\.content.combination))
        subjectCount = world.subjects.count
        free = Relation.allCases.map { relation in
            World.items.indices
                .flatMap { Combination.all(item: $0, with: relation) }
                .filter { !evaluated.contains($0) }
        }
    }

    /// Prompts with exactly `questionCount` questions in all, half of them with rationales.
    func prompts(
        questionCount: Int, using generator: inout SeededGenerator
    ) -> [PretrainingPrompt] {
        var prompts: [PretrainingPrompt] = []
        var remaining = questionCount
        // Which half the odd prompt out falls into is drawn too.
        let first = generator.index(below: 2)
        while remaining > 0 {
            let counts = Self.shotCounts.map { $0 + 1 }.filter { $0 <= remaining }
            let count = counts[generator.index(below: counts.count)]
            let answers = PretrainingPrompt.Answers.allCases[(first + prompts.count) % 2]
            prompts.append(prompt(answers, questionCount: count, using: &generator))
            remaining -= count
        }
        return prompts
    }

    private func prompt(
        _ answers: PretrainingPrompt.Answers, questionCount: Int,
        using generator: inout SeededGenerator
    ) -> PretrainingPrompt {
        let relation = drawRelation(using: &generator)
        let subject = generator.index(below: subjectCount)
        let free = free[relation.index]
        var combinations: [Combination] = []
        while combinations.count < questionCount {
            let combination = free[generator.index(below: free.count)]
            // A prompt never shows its question as a shot.
            if !combinations.contains(combination) { combinations.append(combination) }
        }
        return PretrainingPrompt(
            answers: answers, subject: subject,
            questions: combinations.map {
                let letter = Letter.allCases[generator.index(below: Letter.allCases.count)]
                return $0.asking(relation, at: letter, using: &generator)
            })
    }

    /// A random relation, with a probability in proportion to its number of possible questions.
    ///
    /// Every possible question is then equally likely under each of its four relations, and only
    /// shots tell which is meant: zero-shot, a model can only guess.
    private func drawRelation(using generator: inout SeededGenerator) -> Relation {
        var index = generator.index(below: free.reduce(0) { $0 + $1.count })
        for relation in Relation.allCases {
            if index < free[relation.index].count { return relation }
            index -= free[relation.index].count
        }
        return Relation.allCases[0]
    }
}
