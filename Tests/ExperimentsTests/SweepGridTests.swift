import Basics
import Benchmarks
import Foundation
import TestSupport
import Testing
import Transformer

@testable import Experiments
@testable import Training

/// What a sweep goes through, from flags and files.
@Suite struct SweepGridTests {
    private func grid(_ flags: [String: String], file: String? = nil) throws -> SweepGrid {
        try Fixture.withTemporaryFolder { folder in
            var layers = [ConfigLayers.Layer(flags.mapValues { .string($0) })]
            if let file {
                let path = folder + "/c.yaml"
                try file.write(toFile: path, atomically: false, encoding: .utf8)
                layers.append(
                    try .init(file: path, known: SweepSettings.names, lists: SweepSettings.lists))
            }
            let all = ConfigLayers(layers)
            return try SweepGrid(
                ConfigCoder.decode(SweepConfig(), over: all),
                train: ConfigCoder.check(TrainConfig(), over: all.without(SweepConfig.names)))
        }
    }

    private let least = ["targets": "V", "category": "stem"]

    @Test func `flags hold lists, and plus signs join a target's projections`() throws {
        let grid = try grid([
            "targets": "V,q+k+v, QKVO", "category": "stem,humanities",
            "learning-rates": "1e-5,1e-4", "few-shot-weights": "none,0.1,1", "few-shot-on": "V",
            "seeds": "3,0",
        ])
        #expect(grid.targets == [[.v], [.q, .k, .v], [.q, .k, .v, .o]])
        #expect(grid.categories == [.stem, .humanities])
        #expect(grid.learningRates == [1e-5, 1e-4])
        #expect(grid.fewShotWeights == [nil, 0.1, 1])
        #expect(grid.fewShotTargets == [[.v]])
        #expect(grid.seeds == [3, 0])
    }

    @Test func `a file holds lists too, and flags win`() throws {
        let file = """
            targets: [V, "q,gate"]
            category: humanities
            learning-rates:
              - 1e-5
              - 0.001
            few-shot-weights: [none, 0.5]
            seeds: 7
            """
        let grid = try grid(["seeds": "1,2"], file: file)
        #expect(grid.targets == [[.v], [.q, .gate]])
        #expect(grid.categories == [.humanities])
        #expect(grid.learningRates == [1e-5, 1e-3])
        #expect(grid.fewShotWeights == [nil, 0.5])
        #expect(grid.seeds == [1, 2])
    }

    @Test func `an element of a file's list is one value, with commas too`() throws {
        let grid = try grid(
            least, file: "few-shot-on: [\"v\"]\nseeds: [\"4\"]\nlearning-rates: \"1e-3,1e-2\"\n")
        #expect(grid.learningRates == [1e-3, 1e-2])
        #expect(grid.seeds == [4])
        #expect {
            try self.grid(least, file: "learning-rates: [\"1e-3,1e-2\"]\n")
        } throws: {
            "\($0)".hasSuffix(
                "c.yaml: learning-rates 1e-3,1e-2: a number from 0.0 is needed")
        }
        #expect { try self.grid(least, file: "seeds: []\n") } throws: {
            "\($0)".hasSuffix("c.yaml: seeds : at least one value is needed")
        }
    }

    @Test func `a target may be written with spaces`() throws {
        #expect(try ProjectionSet(parsing: "q, gate").projections == [.q, .gate])
        #expect(try ProjectionSet(parsing: " QKV ").projections == [.q, .k, .v])
    }

    @Test func `what is no list is that of one training`() throws {
        let grid = try grid(
            least,
            file: "learning-rate: 0.5\nobjective: zs+fs\nfew-shot-weight: 0.2\nseed: 9\n")
        #expect(grid.learningRates == [0.5])
        #expect(grid.fewShotWeights == [0.2])
        #expect(grid.seeds == [9])
        let plain = try self.grid(least)
        #expect(plain.learningRates == [1e-4])
        #expect(plain.fewShotWeights == [nil])
        #expect(plain.seeds == [0])
    }

    @Test(arguments: [
        (
            ["category": "stem"],
            "--targets: not given; V, Q, K, QKV, QKVO, or sets such as q+k+v, joined by commas, are "
                + "needed"
        ),
        (
            ["targets": "V"],
            "--category: not given; one of humanities, social_sciences, stem, other, or several, are "
                + "needed to train on"
        ),
        (
            ["targets": "V", "category": "all"],
            "--category all: one category is needed"
        ),
        (
            ["targets": "V,", "category": "stem"],
            "--targets V,: at least one projection is needed"
        ),
        (
            ["targets": "V,x", "category": "stem"],
            "--targets V,x: there is no projection 'x'; did you mean 'q'?; V, Q, K, QKV, QKVO or a "
                + "list of q,k,v,o,gate,up,down is needed"
        ),
        (["targets": "V,v", "category": "stem"], "--targets V,v: each value once is needed"),
        (
            ["targets": "V", "category": "stem", "learning-rates": "1e-4,fast"],
            "--learning-rates 1e-4,fast: a number from 0.0 is needed"
        ),
        (
            ["targets": "V", "category": "stem", "learning-rates": "-1"],
            "--learning-rates -1: a number from 0.0 is needed"
        ),
        (
            ["targets": "V", "category": "stem", "few-shot-weights": "none,some"],
            "--few-shot-weights none,some: a number from 0.0 is needed"
        ),
        (
            ["targets": "V", "category": "stem", "seeds": "0,1.5"],
            "--seeds 0,1.5: a whole number from 0 is needed"
        ),
        (
            ["targets": "V,QKV", "category": "stem", "few-shot-on": "Q"],
            "--few-shot-on Q: is none of --targets; some of V, QKV are needed"
        ),
    ])
    func `what is no grid is refused`(flags: [String: String], words: String) {
        expectRefusal(words) { try grid(flags) }
    }

    @Test func `a list of lists in a file is refused, and lists where none belong`() throws {
        #expect { try grid([:], file: "targets: [[q, k]]\ncategory: stem\n") } throws: {
            "\($0)".hasSuffix("c.yaml: 'targets' is a list with more than plain values")
        }
        #expect { try grid(least, file: "rank: [4, 8]\n") } throws: {
            "\($0)".hasSuffix("c.yaml: 'rank' is not one plain value")
        }
        #expect { try grid(least, file: "learning-rats: [4, 8]\n") } throws: {
            "\($0)".hasSuffix(
                "c.yaml: there is no setting 'learning-rats'; did you mean 'learning-rates'?")
        }
    }

    @Test func `families are rows of the table, the zero-shot loss first`() throws {
        let grid = try grid([
            "targets": "QKV,Q,K,V", "few-shot-on": "V", "few-shot-weights": "none,0.1,1",
            "category": "humanities", "learning-rates": "1e-3,1e-2",
        ])
        #expect(
            grid.families.map(\.name)
                == ["ZS on Q/K/V", "ZS on Q", "ZS on K", "ZS on V", "ZS+FS on V"])
        #expect(grid.families.map(\.candidates.count) == [2, 2, 2, 2, 4])
        let last = try #require(grid.families.last)
        #expect(
            last.candidates.map { last.cell($0, seed: 4).name }
                == ["v-fs0.1-1e-3-s4", "v-fs1-1e-3-s4", "v-fs0.1-1e-2-s4", "v-fs1-1e-2-s4"])
    }

    @Test func `several categories are told apart`() throws {
        let grid = try grid(["targets": "q+gate", "category": "stem,social_sciences"])
        #expect(
            grid.families.map(\.name)
                == ["ZS on Q/gate (stem)", "ZS on Q/gate (social sciences)"])
        let cells = grid.families.map { $0.cell($0.candidates[0], seed: 0).name }
        #expect(cells == ["stem-q+gate-zs-1e-4-s0", "social_sciences-q+gate-zs-1e-4-s0"])
    }

    @Test(arguments: [
        (0.001, "1e-3"), (3e-4, "3e-4"), (1.5e-5, "1.5e-5"), (0.3, "0.3"), (1, "1"), (0, "0"),
        (0.01, "1e-2"), (0.05, "0.05"), (2.5, "2.5"), (1e30, "1e30"), (1234.5, "1.2345e3"),
        (1e-45, "1e-45"),
    ])
    func `numbers are named shortly and exactly`(value: Double, text: String) {
        #expect(Trial.text(value) == text)
        #expect(Double(text) == value)
    }
}
