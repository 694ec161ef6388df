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

    @Test func `the table has the means of results.json, and their differences`() throws {
        let lines = try run(["table", "run"]).output.split(separator: "\n")
        try #require(lines.count == 6)
        let rows = try JSONText.file(job.run + "/results.json").objects("accuracy")
            .filter { $0.text("category") != "all" }
        for (line, model) in [(lines[2], "base"), (lines[3], "adapted")] {
            let numbers = line.matches(of: /(\d+\.\d\d) \((\d+\.\d\d)\)/)
            let right = rows.filter { $0.text("model") == model }
            #expect(numbers.count == 8 && right.count == 8)
            for (number, row) in zip(numbers, right) {
                #expect(
                    String(number.output.1)
                        == String(format: "%.2f", 100 * (row.number("mean") ?? .nan)))
                #expect(
                    String(number.output.2)
                        == String(format: "%.2f", 100 * (row.number("standard_error") ?? .nan)))
            }
        }
        #expect(lines[2].hasPrefix("Base model") && lines[3].hasPrefix("ZS on V"))
        #expect(lines[4].hasPrefix("  difference"))
        let compared = try JSONText.file(job.run + "/results.json").objects("comparison")
            .filter { $0.text("category") != "all" }
        let differences = lines[4].matches(of: /([+-]?\d+\.\d\d) \((\d+\.\d\d)\)/)
        #expect(differences.count == 8 && compared.count == 8)
        for (difference, row) in zip(differences, compared) {
            let found = try #require(Double(difference.output.1))
            #expect(abs(found - 100 * (row.number("difference") ?? .nan)) < 0.0051)
            #expect(
                String(difference.output.2)
                    == String(format: "%.2f", 100 * (row.number("paired_standard_error") ?? .nan)))
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
                == "Error: --format xls: one of terminal, markdown, latex, csv, json is needed\n")
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
