import Foundation
import TestSupport
import Testing

@testable import Tracking

/// Putting a run in the place of one with the same id.
@Suite struct WholeRunTests {
    private func whole(_ outcomes: [String], startedAt: Double = 1_700_000_000) -> WholeRun {
        var run = Small.run("a", folder: "/runs/b")
        run.startedAt = Date(timeIntervalSince1970: startedAt)
        return WholeRun(
            run, steps: [Small.step(0)],
            answers: outcomes.enumerated().flatMap {
                Small.answers("philosophy", "humanities", row: $0, $1)
            }, measurements: [])
    }

    private func store(_ body: (Store) throws -> Void) throws {
        try Small.withStore { store in
            try store.put(whole(["10", "01"]), of: nil, replacing: false)
            try body(store)
        }
    }

    private func remedy(_ store: Store, _ differences: String) -> String {
        "\(store.path): has another run a, of /runs/b: \(differences); name another file by --store, "
            + "or put this one in its place by `ft-mmlu results add --replace /runs/b`"
    }

    @Test func `a run that has grown takes its own place`() throws {
        try store { store in
            try store.put(whole(["10", "01", "11"]), of: nil, replacing: false)
            #expect(try store.answers(of: "a").count == 6)
            #expect(try store.steps(of: "a").count == 1)
        }
    }

    @Test func `answers that would be lost are told of, and stay`() throws {
        try store { store in
            let before = try store.answers(of: "a")
            expectRefusal(
                remedy(
                    store,
                    "2 of its 4 answers are not in this folder, the first is adapted's to philosophy "
                        + "test 0 with 0 shots")
            ) { try store.put(whole(["01", "01", "11"]), of: nil, replacing: false) }
            expectRefusal(
                remedy(
                    store,
                    "2 of its 4 answers are not in this folder, the first is adapted's to philosophy "
                        + "test 1 with 0 shots")
            ) { try store.put(whole(["10"]), of: nil, replacing: false) }
            #expect(try store.answers(of: "a") == before)
            try store.put(whole(["01"]), of: nil, replacing: true)
            #expect(try store.answers(of: "a").map(\.correct) == [false, true])
        }
    }

    @Test func `a run that began at another time is another`() throws {
        try store { store in
            let later = whole(["10", "01"], startedAt: 1_700_000_001)
            expectRefusal(
                remedy(
                    store,
                    "it began at 2023-11-14T22:13:20.000Z, this one at 2023-11-14T22:13:21.000Z")
            ) { try store.put(later, of: nil, replacing: false) }
            #expect(try store.runs().map(\.startedAt.timeIntervalSince1970) == [1_700_000_000])
            try store.put(later, of: nil, replacing: true)
            #expect(try store.runs().map(\.startedAt.timeIntervalSince1970) == [1_700_000_001])
        }
    }

    @Test func `the same question with other words is another answer`() throws {
        try store { store in
            var first = whole(["10", "01"])
            for index in first.answers.indices { first.answers[index].questionHash = "aaaa" }
            // A store of an earlier version has no hashes.
            try store.put(first, of: nil, replacing: false)
            first.answers[3].questionHash = "bbbb"
            let words = refusal { try store.put(first, of: nil, replacing: false) }
            #expect(words?.contains("1 of its 4 answers are not in this folder") == true)
        }
    }
}
