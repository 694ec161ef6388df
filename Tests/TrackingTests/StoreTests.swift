import Foundation
import TestSupport
import Testing
import Tracking

@Suite struct StoreTests {
    private static let first = "11111111-0000-4000-8000-000000000000"
    private static let second = "11112222-0000-4000-8000-000000000000"

    @Test func `what is written is read, every field of it`() throws {
        try Small.withStore { store in
            var run = Small.run(Self.first)
            run.objective = "zs+fs"
            run.fewShotWeight = 0.3
            run.prompt = "plain-cot"
            run.scoring = "generate"
            run.commandLine = "ft-mmlu train"
            run.gitCommit = "abc"
            run.promptHash = "def"
            run.study = "table2"
            run.cell = "v-s0"
            run.family = "ZS on V"
            run.role = "report"
            let study = SweepEntry(
                id: "table2", kind: "reproduce", folder: "/runs/table2", configuration: "a: 1\n",
                startedAt: Date(timeIntervalSince1970: 1_700_000_000))
            try store.begin(study)
            try store.begin(run)
            let steps = (0..<3).map(Small.step)
            var answer = Small.answers("philosophy", "humanities", row: 4, "0")[0]
            answer.choiceLogprobs = [-1.5, -2, -3, -4]
            answer.margin = 0.5
            answer.choiceBytes = [1, 2, 3, 4]
            answer.text = "a 'text' with \"quotes\" and ⏎\n"
            try store.append(steps, to: run.id)
            try store.append([answer], to: run.id)
            let measured = [
                MeasurementEntry("effectiveRank", "layer 0", 1.25),
                MeasurementEntry("seconds", "", 9),
            ]
            try store.append(measured, to: run.id)
            #expect(try store.runs() == [run])
            #expect(try store.runs(ofStudy: "table2") == [run])
            #expect(try store.runs(ofStudy: "other").isEmpty)
            #expect(try store.steps(of: run.id) == steps)
            #expect(try store.answers(of: run.id) == [answer])
            #expect(try store.measurements(of: run.id) == measured)
            #expect(try store.studies() == [study])
            #expect(run.state == .unfinished)
            let end = Date(timeIntervalSince1970: 1_700_000_100)
            try store.finish(run: run.id, at: end)
            try store.finish(study: "table2", at: end)
            #expect(try store.runs()[0].finishedAt == end)
            #expect(try store.runs()[0].state == .finished)
            #expect(try store.study(named: "table2").finishedAt == end)
            try store.finish(run: run.id, failure: "out of memory", at: end)
            #expect(try store.runs()[0].failure == "out of memory")
            #expect(try store.runs()[0].state == .failed)
        }
    }

    @Test
    func `a run that goes on loses its steps and answers, and keeps its number and measurements`()
        throws
    {
        try Small.withStore { store in
            var run = Small.run(Self.first)
            let other = Small.run(Self.second, folder: "/runs/b")
            for run in [run, other] {
                try store.begin(run)
                try store.append([Small.step(0), Small.step(1)], to: run.id)
                try store.append(
                    Small.answers("philosophy", "humanities", row: 0, "101"), to: run.id)
                try store.append([MeasurementEntry("rank", "", 1)], to: run.id)
                try store.finish(run: run.id, failure: "stopped")
            }
            run.libtorchVersion = "2.12.0"
            try store.begin(run)
            #expect(try store.steps(of: run.id).isEmpty)
            #expect(try store.answers(of: run.id).isEmpty)
            #expect(try store.measurements(of: run.id).map(\.value) == [1])
            try store.append([MeasurementEntry("rank", "", 2)], to: run.id)
            #expect(try store.measurements(of: run.id).map(\.value) == [2])
            let runs = try store.runs()
            #expect(runs[0] == run)
            #expect(runs[1].failure == "stopped")
            #expect(try store.steps(of: other.id).count == 2)
            #expect(try store.answers(of: other.id).count == 3)
        }
    }

    @Test func `a run is found by its id, the beginning of one, or its folder`() throws {
        try Small.withStore { store in
            let runs = [Small.run(Self.first), Small.run(Self.second, folder: "/runs/b")]
            for run in runs { try store.begin(run) }
            #expect(try store.run(matching: Self.second).id == Self.second)
            #expect(try store.run(matching: "11112").id == Self.second)
            #expect(try store.run(matching: "/runs/../runs/b/").id == Self.second)
            expectRefusal(
                "\(store.path): '1111' is the beginning of 2 runs' ids; give more of it"
            ) { try store.run(matching: "1111") }
            expectRefusal(
                "\(store.path): there is no run '%'; an id, its beginning or a run's folder is "
                    + "needed, as `ft-mmlu results list` shows them"
            ) { try store.run(matching: "%") }
            expectRefusal("\(store.path): there is no study 'x'; it holds none") {
                try store.study(named: "x")
            }
            try store.begin(SweepEntry(id: "a"))
            expectRefusal("\(store.path): there is no study 'x'; it holds 'a'") {
                try store.study(named: "x")
            }
        }
    }

    @Test func `what belongs to no run is refused, and nothing of a refused entry is kept`() throws
    {
        try Small.withStore { store in
            expectRefusal(
                "\(store.path): there is no run 'r'; one is begun before it is written"
            ) { try store.append([Small.step(0)], to: "r") }
            expectRefusal("\(store.path): there is no study 's' to finish") {
                try store.finish(study: "s")
            }
            let run = Small.run(Self.first)
            try store.begin(run)
            let answers = Small.answers("philosophy", "humanities", row: 0, "1")
            let words = refusal {
                try store.append(
                    Small.answers("virology", "other", row: 0, "1") + answers + answers, to: run.id)
            }
            #expect(
                words?.hasPrefix(
                    "\(store.path): the store cannot be written: UNIQUE constraint failed: ")
                    == true)
            #expect(
                words?.hasSuffix(
                    "; what runs did is in their folders: `ft-mmlu results add FOLDER` puts it into "
                        + "a store, --resume resumes them") == true)
            #expect(try store.answers(of: run.id).isEmpty)
        }
    }

    @Test func `a run of a study that is not there brings it`() throws {
        try Small.withStore { store in
            var run = Small.run(Self.first)
            run.study = "s"
            try store.begin(run)
            #expect(try store.studies().map(\.id) == ["s"])
            let start = try store.studies()[0].startedAt
            try store.begin(SweepEntry(id: "s", kind: "sweep"))
            #expect(try store.studies().map(\.kind) == ["sweep"])
            #expect(try store.studies()[0].startedAt == start)
        }
    }

    @Test func `a study of the same name in another folder is refused`() throws {
        try Small.withStore { store in
            try store.begin(SweepEntry(id: "s", kind: "sweep", folder: "/a/s"))
            try store.begin(SweepEntry(id: "s", kind: "sweep", folder: "/a/s"))
            expectRefusal(
                "\(store.path): has a study 's' of /a/s already; name another folder, or another file "
                    + "by --store"
            ) { try store.begin(SweepEntry(id: "s", kind: "sweep", folder: "/b/s")) }
            #expect(try store.studies().map(\.folder) == ["/a/s"])
        }
    }

    @Test func `a cell that begins anew in its folder replaces its former run`() throws {
        try Small.withStore { store in
            func run(_ id: String, folder: String, cell: String = "v-s0") -> RunEntry {
                var run = Small.run(id, folder: folder)
                run.study = "s"
                run.cell = cell
                return run
            }
            let other = "33330000-0000-4000-8000-000000000000"
            try store.begin(run(Self.first, folder: "/s/cells/v-s0"))
            try store.append([Small.step(0)], to: Self.first)
            try store.begin(run(other, folder: "/s/cells/v-s1", cell: "v-s1"))
            try store.begin(run(Self.second, folder: "/s/cells/v-s0"))
            #expect(try Set(store.runs().map(\.id)) == [other, Self.second])
            #expect(try store.steps(of: Self.first).isEmpty)
            expectRefusal(
                "\(store.path): has a run 'v-s0' of study 's' in /s/cells/v-s0 already; name another "
                    + "folder, or another file by --store"
            ) { try store.begin(run(Self.first, folder: "/t/cells/v-s0")) }
        }
    }

    private func refusal<Result>(_ body: () throws -> Result) -> String? {
        TestSupport.refusal(of: body)
    }
}
