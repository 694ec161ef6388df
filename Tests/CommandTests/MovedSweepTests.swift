import Foundation
import TestSupport
import Testing
import Tracking

/// Studies whose folders are moved or copied while they are not done.
@Suite struct MovedSweepTests {
    /// The first two of three cells.
    private func begin(in folder: String) throws {
        for cell in [["--cell", "0"], ["--resume", "study", "--cell", "1"]] {
            let start = cell.first == "--resume" ? ["sweep"] : LaunchTests.study
            let ending = try Program.run(start + cell + ["--quiet"], in: folder)
            try #require(ending.status == 0, "\(ending.errors)")
        }
    }

    private func place(_ name: String, in folder: String) throws -> String {
        let path = folder + "/" + name
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// Folders of a store's studies and runs, from below `folder`, and how many answers each run has.
    private func rows(_ store: String, in folder: String) throws -> [String] {
        let opened = try Store(reading: store)
        let studies = try opened.studies().map { "\($0.id) \($0.folder ?? "nowhere")" }
        let runs = try opened.runs().map { "\($0.study ?? "") \($0.cell ?? "") \($0.folder)" }
        return (studies + runs.sorted()).map {
            $0.replacing(folder + "/", with: "").replacing("/private", with: "")
        }
    }

    @Test func `a study that was moved goes on, and its rows with it`() throws {
        let (alone, output) = try LaunchTests.alone.get()
        try Fixture.withTemporaryFolder { folder in
            try begin(in: folder)
            let other = try place("else/where", in: folder)
            try FileManager.default.moveItem(
                atPath: folder + "/study", toPath: other + "/v-and-q")
            let ending = try Program.run(["sweep", "--resume", "else/where/v-and-q"], in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(
                ending.output
                    == output.replacing("folder: study", with: "folder: else/where/v-and-q"))
            // By its old name, for its rows are known by that.
            #expect(try LaunchTests.Found(other + "/v-and-q") == alone)
            #expect(
                try rows(folder + "/runs/results.sqlite", in: folder)
                    == ["study else/where/v-and-q"]
                    + LaunchTests.cells.map { "study \($0) else/where/v-and-q/cells/\($0)" })
            let again = try Program.run(["results", "table", "--study", "study"], in: folder)
            #expect(again.status == 0, "\(again.errors)")
        }
    }

    @Test func `a study that was moved together with its store finds it there`() throws {
        try Fixture.withTemporaryFolder { folder in
            let before = try place("before", in: folder)
            try begin(in: before)
            try FileManager.default.moveItem(atPath: before, toPath: folder + "/after")
            // From another place: the store is not that of the current folder.
            let ending = try Program.run(
                ["sweep", "--resume", "../after/study", "--quiet"],
                in: try place("elsewhere", in: folder))
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
                    == ["after", "elsewhere"])
            #expect(
                try rows(folder + "/after/runs/results.sqlite", in: folder)
                    == ["study after/study"]
                    + LaunchTests.cells.map { "study \($0) after/study/cells/\($0)" })
        }
    }

    @Test func `a copy of a study takes no rows of the first, and says what to do`() throws {
        try Fixture.withTemporaryFolder { folder in
            try begin(in: folder)
            try FileManager.default.copyItem(
                atPath: folder + "/study", toPath: folder + "/copy")
            let store = folder + "/runs/results.sqlite"
            let before = try rows(store, in: folder)
            let refused = try Program.run(["sweep", "--resume", "copy"], in: folder)
            #expect(refused.status == 1)
            #expect(
                refused.lastError.replacing(folder + "/", with: "").replacing("/private", with: "")
                    == "Error: copy: is a copy of study, whose runs are in runs/results.sqlite; name "
                    + "another store by --store FILE, or --store none")
            #expect(try rows(store, in: folder) == before)
            let own = try Program.run(
                ["sweep", "--resume", "copy", "--store", "own.sqlite", "--quiet"], in: folder)
            #expect(own.status == 0, "\(own.errors)")
            #expect(try rows(store, in: folder) == before)
            // Those that were made before it was copied too.
            #expect(
                try rows(folder + "/own.sqlite", in: folder)
                    == ["study copy"] + LaunchTests.cells.map { "study \($0) copy/cells/\($0)" })
            // From now on that is its store.
            let again = try Program.run(["sweep", "--resume", "copy", "--quiet"], in: folder)
            #expect(again.status == 0, "\(again.errors)")
        }
    }

    @Test func `a study reached by another name of its folder is where it was`() throws {
        try Fixture.withTemporaryFolder { folder in
            try begin(in: folder)
            try FileManager.default.createSymbolicLink(
                atPath: folder + "/link", withDestinationPath: folder + "/study")
            let ending = try Program.run(["sweep", "--resume", "link", "--quiet"], in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            let rows = try rows(folder + "/runs/results.sqlite", in: folder)
            #expect(rows.first == "study study")
        }
    }

    @Test func `a selection's scores come along to another store`() throws {
        try Fixture.withTemporaryFolder { folder in
            try FileManager.default.copyItem(
                atPath: SweepJob.shared().path, toPath: folder + "/study")
            let ending = try Program.run(
                ["sweep", "--resume", "study", "--store", "s.sqlite", "--quiet"], in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            let store = try Store(reading: folder + "/s.sqlite")
            let results = try JSONText.file(folder + "/study/results.json")
            let trained = results.objects("cells").filter { $0.text("cell") != "base" }
            #expect(trained.count == 9)
            for cell in trained {
                let run = try #require(try store.runs().first { $0.cell == cell.text("cell") })
                let score = try #require(
                    try store.measurements(of: run.id).first { $0.name == "selectionAccuracy" })
                let found = try #require(cell["selection"] as? [String: Any])
                // Twelve questions, each answered three times.
                #expect(score.value == Double(try #require(found.whole("correct"))) / 36)
            }
        }
    }
}
