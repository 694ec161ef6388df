import Benchmarks
import Pocket
import Testing

@Suite struct WorldTests {
    @Test func `no word of the world stands for two things`() {
        let values = Relation.allCases.flatMap(\.values)
        let templates =
            "What goes with the Its Answer The answer is The following are multiple "
            + "choice questions with answers about Think step by step then finish with X A B C D"
        let subjects = PocketWorld.world.subjects.map(\.title).joined(separator: " ")
        let words = World.items + values
        let others = Set((templates + " " + subjects).split(separator: " ").map(String.init))
            .union(Relation.allCases.map(\.rawValue))
        #expect(World.items.count == 64)
        #expect(Relation.allCases.allSatisfy { $0.values.count == 12 })
        #expect(Set(words).count == 64 + 96)
        #expect(others.isDisjoint(with: words))
        #expect(words.allSatisfy { $0.allSatisfy(\.isLetter) && $0 == $0.lowercased() })
    }

    @Test func `a category's subjects are MMLU's and share out the items`() throws {
        for category in Category.allCases {
            let subjects = PocketWorld.world.subjects.filter { $0.category == category }
            #expect(subjects.count == 4)
            for subject in subjects {
                #expect(try Subjects.subject(named: subject.name).category == category)
                #expect(subject.items.count == 16)
            }
            #expect(subjects.flatMap(\.items).sorted() == Array(World.items.indices))
        }
    }

    @Test func `every choice is true of the item, and the answer is the category's relation`() {
        let world = PocketWorld.world
        let categories = Dictionary(
            uniqueKeysWithValues: world.subjects.map { ($0.name, $0) })
        for row in world.rows {
            let subject = categories[row.id.subject]
            #expect(row.content.relation == subject.map { Relation(of: $0.category) })
            #expect(subject?.items.contains(row.content.item) == true)
            #expect(Set(row.content.relations).count == 4)
            let truths = row.content.relations.map {
                world.facts.value(of: row.content.item, under: $0)
            }
            #expect(row.question.choices == truths)
            let right = row.question.choices[row.question.answer.index]
            #expect(row.rationale == "Its \(row.content.relation.rawValue): \(right).")
            #expect(row.question.question == "What goes with the \(World.items[row.content.item])?")
        }
    }

    @Test func `no subject asks twice about an item with the same four relations`() {
        for subject in PocketWorld.world.subjects {
            let rows = PocketWorld.world.rows.filter { $0.id.subject == subject.name }
            let asked = rows.map {
                [Set([World.items[$0.content.item]]), Set($0.content.relations.map(\.rawValue))]
            }
            #expect(rows.count == 165)
            #expect(Set(asked).count == 165)
        }
    }

    @Test func `each split has its rows, numbered from 0`() {
        for subject in PocketWorld.world.subjects {
            let counts = Split.allCases.map { split in
                PocketWorld.world.rows(of: subject.name, in: split).map(\.id.row)
            }
            #expect(counts == [Array(0..<5), Array(0..<20), Array(0..<140)])
        }
    }

    @Test func `letters are balanced in every file`() {
        for subject in PocketWorld.world.subjects {
            for (split, allowed) in [(Split.dev, 1...2), (.val, 5...5), (.test, 35...35)] {
                let rows = PocketWorld.world.rows(of: subject.name, in: split)
                for letter in Letter.allCases {
                    let count = rows.count { $0.question.answer == letter }
                    #expect(allowed.contains(count), "\(subject.name) \(split) \(letter)")
                }
            }
        }
    }

    @Test func `the wrong choices stand at every letter alike`() {
        let rows = PocketWorld.world.rows.filter { $0.content.relation == .home }
        for relation in Relation.allCases where relation != .home {
            let counts = Letter.allCases.map { letter in
                rows.count { $0.content.relations[letter.index] == relation }
            }
            let mean = Double(counts.reduce(0, +)) / 4
            let chiSquared = counts.map { (Double($0) - mean) * (Double($0) - mean) / mean }
            #expect(chiSquared.reduce(0, +) < 16.3, "3 degrees of freedom, p = 0.001: \(counts)")
        }
    }

    @Test func `another seed gives other facts and questions`() {
        let other = World(seed: 1)
        #expect(other.facts != PocketWorld.world.facts)
        #expect(other.rows != PocketWorld.world.rows)
        #expect(World(seed: 0).rows == PocketWorld.world.rows)
    }
}
