import Benchmarks

/// An item with the four relations of its choices, and the relation in question.
public struct WorldQuestion: Hashable, Sendable {
    /// An index in `World.items`.
    public let item: Int
    /// Four, in the order A to D.
    public let relations: [Relation]
    /// The one that decides the correct letter.
    public let relation: Relation

    public var answer: Letter {
        Letter.allCases[relations.firstIndex(of: relation) ?? 0]
    }

    var combination: Combination { Combination(item: item, relations: relations) }
}

/// An item with four relations in any order; no combination is both trained on and evaluated.
struct Combination: Hashable, Sendable {
    let item: Int
    /// In the order of `Relation.allCases`.
    let relations: [Relation]

    init(item: Int, relations: [Relation]) {
        self.item = item
        self.relations = relations.sorted { $0.index < $1.index }
    }

    /// All sets of four relations with the given one, for one item.
    static func all(item: Int, with relation: Relation) -> [Combination] {
        let others = Relation.allCases.filter { $0 != relation }
        var result: [Combination] = []
        for i in others.indices {
            for j in others[..<i].indices {
                for k in others[..<j].indices {
                    let set = [relation, others[i], others[j], others[k]]
                    result.append(Combination(item: item, relations: set))
                }
            }
        }
        return result
    }
}

/// A question as written in the world's files, with its rationale.
public struct WorldRow: Hashable, Sendable {
    public let id: QuestionID
    public let content: WorldQuestion
    public let question: Question
    /// Names the relation and the value: "Its home: forest."
    public let rationale: String

    init(id: QuestionID, content: WorldQuestion, facts: Facts) {
        func word(_ relation: Relation) -> String { facts.value(of: content.item, under: relation) }
        self.id = id
        self.content = content
        question = Question(
            id: id, question: WorldText.question(about: World.items[content.item]),
            choices: content.relations.map(word), answer: content.answer)
        rationale = WorldText.rationale(content.relation, word(content.relation))
    }
}

/// The sentences of the world.
enum WorldText {
    static func question(about item: String) -> String { "What goes with the \(item)?" }

    static func rationale(_ relation: Relation, _ value: String) -> String {
        "Its \(relation.rawValue): \(value)."
    }
}
