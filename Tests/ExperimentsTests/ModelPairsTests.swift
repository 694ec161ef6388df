import Foundation
import Scoring
import TestSupport
import Testing
import Tracking

@testable import Experiments

/// Which models of two results are set beside each other.
@Suite struct ModelPairsTests {
    private static let half = AnsweringModel.adapted(scale: 0.5)
    private static let whole = AnsweringModel.adapted(scale: 1)
    private static let double = AnsweringModel.adapted(scale: 2)

    private func document(_ models: [AnsweringModel], in folder: String) throws -> ResultsRecord {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let rows = models.map { #"{"model": "\#($0.name)", "adapter_scale": \#($0.scale)}"# }
        try "{\"settings\": {}, \"accuracy\": [\(rows.joined(separator: ", "))]}".write(
            toFile: folder + "/results.json", atomically: false, encoding: .utf8)
        return try ResultsRecord(folder)
    }

    /// As "base/adapted base/adapted × 2".
    private func pairs(
        _ first: [AnsweringModel], _ second: [AnsweringModel], _ models: ModelPairs
    ) throws -> String {
        try Fixture.withTemporaryFolder { folder in
            try models.pairs(
                document(first, in: folder + "/a"), document(second, in: folder + "/b")
            ).map { "\($0.label)/\($1.label)" }.joined(separator: " ")
        }
    }

    @Test func `a base model stands beside what was trained from it`() throws {
        #expect(try pairs([.base], [.base, Self.whole], .subjects) == "base/adapted")
        #expect(try pairs([.base], [Self.whole], .subjects) == "base/adapted")
        #expect(try pairs([.base, Self.whole], [.base], .subjects) == "adapted/base")
        #expect(
            try pairs([.base], [.base, Self.half, Self.double], .subjects)
                == "base/adapted × 0.5 base/adapted × 2")
        #expect(try pairs([.base], [.base], .subjects) == "base/base")
    }

    @Test func `two trainings are compared by their adapted models of the same scale`() throws {
        let both = [AnsweringModel.base, Self.whole]
        #expect(try pairs(both, both, .subjects) == "adapted/adapted")
        #expect(try pairs([.base, Self.half, Self.whole], both, .subjects) == "adapted/adapted")
        #expect(try pairs([.base, Self.half], both, .subjects) == "adapted × 0.5/adapted")
    }

    @Test func `to explain, the same models are set beside each other`() throws {
        let both = [AnsweringModel.base, Self.whole]
        #expect(try pairs(both, both, .same) == "base/base adapted/adapted")
        #expect(try pairs([.base], both, .same) == "base/base")
        #expect(try pairs([Self.half], [Self.whole], .same) == "adapted × 0.5/adapted")
    }

    @Test func `one run is compared with itself, base with adapted, however it is named`() throws {
        try Fixture.withTemporaryFolder { folder in
            let run = try document([.base, Self.half, Self.whole], in: folder + "/a")
            let file = try ResultsRecord(folder + "/a/../a/results.json")
            for models in [ModelPairs.same, .subjects] {
                for other in [run, file] {
                    let found = try models.pairs(run, other).map(\.1)
                    #expect(found == [Self.half, Self.whole])
                    #expect(try models.pairs(run, other).allSatisfy { $0.0 == .base })
                }
            }
            let adapted = try document([Self.half, Self.whole], in: folder + "/b")
            expectRefusal(
                "\(folder)/b has adapted × 0.5, adapted and no base; name two of them by --models "
                    + "FIRST,SECOND"
            ) { try ModelPairs.subjects.pairs(adapted, adapted) }
            let single = try document([Self.whole], in: folder + "/c")
            expectRefusal(
                "\(folder)/c has only adapted; there is no second model to set beside it"
            ) { try ModelPairs.subjects.pairs(single, single) }
        }
    }

    @Test func `what is not clear, or not there, is refused`() throws {
        try Fixture.withTemporaryFolder { folder in
            let one = try document([.base, Self.half, Self.double], in: folder + "/a")
            let other = try document([.base, Self.whole], in: folder + "/b")
            expectRefusal(
                "\(folder)/a has base, adapted × 0.5, adapted × 2, \(folder)/b has base, adapted; "
                    + "name two of them by --models FIRST,SECOND"
            ) { try ModelPairs.subjects.pairs(one, other) }
            let named = try ModelPairs.named(Self.double, .base).pairs(one, other)
            #expect(named.map(\.0) == [Self.double] && named.map(\.1) == [.base])
            expectRefusal("--models: \(folder)/b has no adapted × 2; it has base, adapted") {
                try ModelPairs.named(.base, Self.double).pairs(one, other)
            }
            let empty = try document([], in: folder + "/e")
            expectRefusal(
                "\(folder)/e has no row of accuracy; results with a model's answers are needed"
            ) { try ModelPairs.same.pairs(other, empty) }
        }
    }
}
