import Basics
import Benchmarks

/// The built-in world: a table of facts about animals, and questions about them in MMLU's shape.
///
/// Every choice of a question is true of its item, each under another relation. The category's
/// relation decides the correct letter. The same seed gives the same world anywhere.
public struct World: Sendable {
    public let seed: UInt64
    /// Four a category, in the categories' order.
    public let subjects: [WorldSubject]
    /// All questions with their rationales, by subject, split and row.
    public let rows: [WorldRow]
    public let facts: Facts

    public init(seed: UInt64) {
        let facts = Facts(seed: seed)
        let subjects = Self.drawSubjects(seed: seed)
        rows = subjects.flatMap { subject in
            QuestionDraw(subject: subject, seed: seed).questions.map { id, content in
                WorldRow(id: id, content: content, facts: facts)
            }
        }
        self.seed = seed
        self.facts = facts
        self.subjects = subjects
    }

    /// The rows of one subject's file of a split, in order.
    public func rows(of subject: String, in split: Split) -> [WorldRow] {
        rows.filter { $0.id.subject == subject && $0.id.split == split }
    }
}

extension World {
    /// The items that the questions are about.
    public static let items = [
        "fox", "wolf", "bear", "deer", "hare", "otter", "badger", "mole", "hedgehog", "squirrel",
        "rabbit", "mouse", "rat", "beaver", "boar", "lynx", "cat", "dog", "horse", "donkey", "cow",
        "goat", "sheep", "pig", "lion", "tiger", "leopard", "cheetah", "elephant", "giraffe",
        "zebra", "hippo", "rhino", "camel", "monkey", "gorilla", "panda", "koala", "kangaroo",
        "wombat", "platypus", "sloth", "armadillo", "anteater", "eagle", "hawk", "owl", "raven",
        "crow", "sparrow", "robin", "swan", "goose", "duck", "hen", "penguin", "parrot", "pelican",
        "heron", "frog", "toad", "lizard", "snake", "turtle",
    ]

    /// The categories share the items: subject j of each category has the j-th part of them.
    private static func drawSubjects(seed: UInt64) -> [WorldSubject] {
        var generator = SeededGenerator(seed: seed, for: ["items"])
        let order = generator.shuffled(Array(items.indices))
        return Category.allCases.flatMap { category in
            let names = WorldSubject.names(of: category)
            let size = order.count / names.count
            return names.enumerated().map { j, name in
                WorldSubject(
                    name: name, category: category,
                    items: Array(order[j * size..<(j + 1) * size]))
            }
        }
    }
}
