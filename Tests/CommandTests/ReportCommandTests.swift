import Foundation
import TestSupport
import Testing

/// `results table`, `figure`, `report`, `export` on the store of a real run.
@Suite struct ReportCommandTests {
    private let job: MainJob

    init() throws { job = try MainJob.shared() }

    private func run(
        _ arguments: [String], status: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Program.Ending {
        let ending = try Program.run(["results"] + arguments, in: job.folder)
        #expect(ending.status == status, "\(ending.errors)", sourceLocation: sourceLocation)
        return ending
    }

    @Test func `the table has the numbers of results.json`() throws {
        let table = try JSONText.object(
            run(["table", "run", "--total", "--format", "json"]).output)
        let file = try JSONText.file(job.run + "/results.json")
        let rows = table.objects("rows")
        #expect(rows.map { $0.text("name") } == ["Base model", "ZS on V"])
        for row in rows {
            let right = file.objects("accuracy").filter { $0.text("model") == row.text("model") }
            let cells = row.objects("cells")
            try #require(right.count == 10 && cells.count == 10)
            for (cell, value) in zip(cells, right) {
                #expect(cell.number("mean") == value.number("mean"))
                #expect(cell.number("standard_error") == value.number("item_standard_error"))
                #expect(cell["interval"] as? [Double] == value["wilson_interval"] as? [Double])
                #expect(cell.whole("questions") == value.whole("questions"))
            }
        }
        let compared = file.objects("comparison")
        let differences = rows[1].objects("differences")
        try #require(compared.count == 10 && differences.count == 10)
        for (difference, right) in zip(differences, compared) {
            #expect(difference.number("mean") == right.number("difference"))
            #expect(
                difference.number("standard_error") == right.number("paired_standard_error"))
            #expect(difference["interval"] as? [Double] == right["interval"] as? [Double])
            for name in ["p_no_change", "p_no_change_holm", "p_equivalence"] {
                #expect(difference.number(name) == right.number(name), "\(name)")
            }
        }
    }

    @Test func `a margin is tested, and its verdict agrees in every place`() throws {
        // Of 12 questions nothing under about 18 points can be shown; of 30 something may.
        let text = try run(["table", "run", "--total", "--margin", "30"]).output
        #expect(text.contains("drop > 30"))
        let table = try #require(
            JSONSerialization.jsonObject(
                with: Data(
                    try run(["table", "run", "--total", "--margin", "30", "--format", "json"])
                        .output.utf8)) as? [String: Any])
        #expect(table.number("margin_points") == 30)
        let row = try #require(table.objects("rows").last)
        let compared = try #require(
            JSONSerialization.jsonObject(
                with: Data(
                    try run(["compare", job.run, job.run, "--margin", "30", "--json"]).output
                        .utf8)) as? [[String: Any]])
        let differences = row.objects("differences")
        try #require(compared.count == 10 && differences.count == 10)
        for (one, other) in zip(differences, compared) {
            #expect(
                one.number("p_no_loss_beyond_margin") == other.number("p_no_loss_beyond_margin"))
            #expect(one.text("no_loss_beyond_margin") == other.text("no_loss_beyond_margin"))
            #expect(other.number("margin") == 0.3)
        }
        #expect(Set(differences.compactMap { $0.text("no_loss_beyond_margin") }).count > 1)
        for points in ["0", "51", "-2", "x", "nan"] {
            let refused = try Program.run(
                ["results", "table", "run", "--margin", points], in: job.folder)
            #expect(refused.status == 64 && refused.errors.contains("--margin"), "\(points)")
        }
    }

    @Test func `figures come with data and script, in three formats`() throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try run(["figure", "all", "run", "--output", folder + "/f"])
            let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/f").sorted()
            #expect(
                names
                    == ["bars", "curves", "forgetting"].flatMap { name in
                        ["csv", "gp", "pdf", "png", "svg"].map { "\(name).\($0)" }
                    })
            #expect(
                ending.output.hasPrefix("\(folder)/f/bars: csv, gp, svg, pdf, png\n"),
                "\(ending.output)")
            let bars = try String(contentsOfFile: folder + "/f/bars.csv", encoding: .utf8)
            let row = try #require(
                JSONText.file(job.run + "/results.json").objects("accuracy").first)
            #expect(row.text("category") == "humanities" && row.text("model") == "base")
            #expect(bars.contains("\n1,0.0,\(100 * (row.number("mean") ?? .nan)),"))
        }
    }

    @Test func `a report is one page`() throws {
        try Fixture.withTemporaryFolder { folder in
            let page = folder + "/p.html"
            #expect(
                try run(["report", "run", "--paper", "--output", page]).output
                    == "written: \(page)\n")
            let text = try String(contentsOfFile: page, encoding: .utf8)
            #expect(text.contains("<h2>Forgetting</h2>"))
            #expect(text.components(separatedBy: "<svg").count == 4)
            #expect(text.contains("<dt>command</dt><dd><code>"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["p.html"])
        }
    }

    @Test func `an export has a file for each model and number of shots`() throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try run(["export", "run", "--output", folder + "/e"])
            let paths = ending.output.split(separator: "\n").map(String.init)
            #expect(paths.count == 4)
            let subjects = try JSONText.file(job.run + "/results.json").objects("subjects")
            for path in paths {
                let file = try JSONText.file(path)
                let shots = path.contains("_0shot_") ? 0 : 7
                let model = path.contains("__base/") ? "base" : "adapted"
                let results = try #require(file["results"] as? [String: [String: Any]])
                let here = subjects.filter {
                    $0.text("model") == model && $0.whole("shots") == shots
                }
                #expect(!here.isEmpty && results.count == here.count + 5)
                for row in here {
                    let task = try #require(results["mmlu_" + (row.text("subject") ?? "")])
                    #expect(task.number("acc,none") == row.number("mean"))
                    #expect(task.whole("sample_len") == row.whole("questions"))
                }
                let counts = try #require(file["n-samples"] as? [String: [String: Int]])
                #expect(counts.values.allSatisfy { $0["original", default: 0] >= 3 })
            }
        }
    }

    @Test func `what cannot be shown is refused`() throws {
        func error(_ arguments: [String], _ status: Int32) throws -> String {
            try run(arguments, status: status).errors
        }
        #expect(
            try error(["table"], 64)
                == "Error: --study: not given, and no run; runs are needed, as `ft-mmlu results list` "
                + "shows them\n")
        #expect(
            try error(["table", "run", "--format", "xls"], 64)
                == "Error: --format xls: did you mean csv? one of terminal, markdown, latex, csv, json is needed\n"
        )
        #expect(
            try error(["figure", "bar", "run"], 64)
                == "Error: figure bar: there is no such figure; did you mean 'bars'? one of bars, rates, "
                + "forgetting, curves, all is needed\n")
        #expect(
            try error(["figure", "rates", "run"], 1)
                == "Error: figure rates: the runs have nothing to show in it; runs that differ in the "
                + "learning rate are needed\n")
        let unmade = try error(["export", "run", "--output", "/proc/x"], 1)
        #expect(unmade.hasPrefix("Error: /proc/x/") && unmade.contains(": cannot be made: "))
        #expect(unmade.hasSuffix("; name another folder by --output\n"))
        #expect(
            try error(["report", "--study", "s"], 1)
                == "Error: runs/results.sqlite: there is no study 's'; it holds none\n")
    }
}
