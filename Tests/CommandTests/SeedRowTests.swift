import Foundation
import TestSupport
import Testing

/// Runs that differ in their training seed alone, as a sweep and one by one.
@Suite struct SeedRowTests {
    private static let work = [
        "--max-steps", "2", "--limit", "4", "--shots", "0,2", "--learning-rate", "0.02",
    ]

    @Test func `a sweep's table and the store's agree on seeds, intervals and tests`() throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(
                [
                    "sweep", "--targets", "V,K", "--learning-rates", "0.02", "--seeds", "0,1,2",
                    "--max-steps", "2", "--limit", "4", "--shots", "0,2", "--category",
                    "humanities", "--output", "study", "--margin", "40",
                ], in: folder)
            try #require(ending.status == 0, "\(ending.errors)")
            let study = try JSONText.file(folder + "/study/results.json")
            let table = try JSONText.object(
                Program.run(
                    ["results", "table", "--study", "study", "--total", "--format", "json"],
                    in: folder
                ).output)
            #expect(table.number("margin_points") == 40)
            #expect(
                ending.output.contains(
                    "percent right, mean (q: standard error over questions; s: over training seeds)"
                ))
            let rows = study.objects("table")
            #expect(rows.map { $0.text("family") } == ["Base model", "ZS on V", "ZS on K"])
            for row in rows {
                let stored = try #require(
                    table.objects("rows").first { $0.text("name") == row.text("family") })
                let values = row.objects("accuracy")
                let cells = stored.objects("cells")
                try #require(values.count == 10 && cells.count == 10)
                for (value, cell) in zip(values, cells) {
                    #expect(value.number("mean") == cell.number("mean"))
                    #expect(value.number("standard_error") == cell.number("standard_error"))
                    #expect(value.text("standard_error_over") == cell.text("standard_error_over"))
                    #expect(value["interval"] as? [Double] == cell["interval"] as? [Double])
                }
                guard row.text("family") != "Base model" else { continue }
                let differences = stored.objects("differences")
                try #require(differences.count == 10)
                for (value, difference) in zip(values, differences) {
                    let own = try #require(value["comparison"] as? [String: Any])
                    #expect((own["by_seed"] as? [Double])?.count == 3)
                    #expect(own["by_seed"] as? [Double] == difference["seeds"] as? [Double])
                    #expect(own.number("difference") == difference.number("mean"))
                    #expect(own["interval"] as? [Double] == difference["interval"] as? [Double])
                    for name in [
                        "p_no_change", "p_no_change_holm", "p_no_loss_beyond_margin",
                        "p_no_loss_beyond_margin_holm", "p_equivalence",
                    ] {
                        #expect(own.number(name) == difference.number(name), "\(name)")
                    }
                    #expect(
                        own.text("no_loss_beyond_margin")
                            == difference.text("no_loss_beyond_margin"))
                }
            }
            // Three pairs, adjusted together, in both places.
            let pairs = study.objects("pairs")
            let stored = table.objects("pairs")
            #expect(pairs.count == 3 && stored.count == 3)
            for pair in pairs {
                let twin = try #require(
                    stored.first {
                        Set([$0.text("first"), $0.text("second")])
                            == [pair.text("first"), pair.text("second")]
                    }?["difference"] as? [String: Any])
                #expect(abs(pair.number("difference") ?? .nan) == abs(twin.number("mean") ?? .nan))
                #expect(pair.number("p_no_change_holm") == twin.number("p_no_change_holm"))
                #expect(pair["seeds"] as? [Int] == [0, 1, 2])
            }
            #expect(ending.output.contains("p and drop are adjusted over the 3 pairs (Holm)."))
        }
    }

    @Test func `lone runs of several seeds are one row, and its base is theirs`() throws {
        try Fixture.withTemporaryFolder { folder in
            for seed in 0..<3 {
                let ending = try Program.run(
                    ["train", "--target", "V", "--category", "humanities", "--seed", "\(seed)"]
                        + Self.work + ["--output", "r\(seed)", "--quiet"], in: folder)
                try #require(ending.status == 0, "\(ending.errors)")
            }
            let table = try JSONText.object(
                Program.run(
                    ["results", "table", "r0", "r1", "r2", "--total", "--format", "json"],
                    in: folder
                ).output)
            let rows = table.objects("rows")
            #expect(rows.map { $0.text("name") } == ["Base model", "ZS on V"])
            let runs = try (0..<3).map {
                try JSONText.file(folder + "/r\($0)/results.json").objects("accuracy")
            }
            for (model, row) in zip(["base", "adapted"], rows) {
                let own = runs.map { $0.filter { $0.text("model") == model } }
                for (index, cell) in row.objects("cells").enumerated() {
                    // Each draws its own answers of the base model; all of them are what is compared.
                    let mean = own.reduce(0) { $0 + ($1[index].number("mean") ?? .nan) } / 3
                    #expect(abs((cell.number("mean") ?? .nan) - mean) < 1e-12)
                    #expect(
                        cell.text("standard_error_over") == nil
                            || cell.text("standard_error_over")
                                == (model == "base" ? "questions" : "seeds")
                    )
                }
            }
            let cells = rows.map { $0.objects("cells").map { $0.number("mean") ?? .nan } }
            for (index, difference) in rows[1].objects("differences").enumerated() {
                #expect(
                    abs((difference.number("mean") ?? .nan) - (cells[1][index] - cells[0][index]))
                        < 1e-12)
                #expect((difference["seeds"] as? [Double])?.count == 3)
            }
        }
    }
}
