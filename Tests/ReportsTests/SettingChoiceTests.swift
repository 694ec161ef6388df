import Foundation
import Plots
import TestSupport
import Testing
import Tracking

@testable import Reports

/// A sweep made by hand: "ZS on V" at two rates, "ZS+FS on V" at two rates with two λ₀; the winner of
/// the first was trained with a second seed too. Of two further rates of "ZS+FS on V" one failed, and
/// one goes on.
@Suite struct SettingChoiceTests {
    private func withStudy(_ body: (Store) throws -> Void) throws {
        try Fixture.withTemporaryFolder { folder in
            let store = try Store(folder + "/s.sqlite")
            func add(
                _ family: String, _ rate: Double, _ weight: Double?, _ accuracy: Double?,
                role: String = "selection", seed: Int = 0, failure: String? = nil
            ) throws {
                let cell = "\(family)-\(rate)-\(weight ?? 0)-\(seed)"
                var run = RunEntry(
                    id: UUID().uuidString.lowercased(), command: "train",
                    folder: "/runs/s/cells/" + cell,
                    startedAt: Date(timeIntervalSince1970: 1_700_000_000), model: "small",
                    settings: "{}", inputs: "{}", programVersion: "0.1.0",
                    libtorchVersion: "2.11.0")
                run.study = "s"
                run.cell = cell
                run.family = family
                run.role = role
                run.learningRate = rate
                run.fewShotWeight = weight
                run.seed = seed
                try store.begin(run)
                guard let accuracy else {
                    if let failure { try store.finish(run: run.id, failure: failure) }
                    return
                }
                try store.append([MeasurementEntry("selectionAccuracy", "", accuracy)], to: run.id)
                try store.finish(run: run.id)
            }
            try add("ZS on V", 0.01, nil, 0.5)
            try add("ZS on V", 0.001, nil, 0.75, role: "report")
            try add("ZS on V", 0.001, nil, 0.25, role: "report", seed: 1)
            try add("ZS+FS on V", 0.001, 0.5, 0.25)
            try add("ZS+FS on V", 0.001, 1, 0.5)
            try add("ZS+FS on V", 0.01, 1, 0.125)
            try add("ZS+FS on V", 0.1, 1, nil, failure: "step 1: the loss is <nan>")
            try add("ZS+FS on V", 1, 1, nil)
            try body(store)
        }
    }

    @Test func `rates shows what the selection sample said, of the best weight at each`() throws {
        try withStudy { store in
            let found = try ResultFigures.rates(store.runs(), in: store)
            let figure = try #require(found)
            let panel = figure.panels[0]
            #expect(
                panel.title == "Selection sample, 0-shot, by learning rate (best λ₀ at each)")
            #expect(panel.x.scale == .logarithmic)
            #expect(panel.series.map(\.name) == ["ZS on V", "ZS+FS on V"])
            #expect(panel.series[0].points.map(\.x) == [0.001, 0.01])
            #expect(panel.series[0].points.map(\.y) == [75, 50])
            #expect(panel.series[1].points.map(\.y) == [50, 12.5])
        }
    }

    @Test func `a family has one colour and one name in the legend`() throws {
        try SmallSweep.with { store in
            let runs = try SmallSweep.runs(store)
            let found = try ResultFigures.curves(runs, in: store)
            let figure = try #require(found)
            let series = figure.panels[0].series
            #expect(series.map(\.name) == ["ZS on V", "v-s2"])
            #expect(series.map(\.isInLegend) == [true, false])
            #expect(Set(series.map(\.color)).count == 1)
        }
    }

    @Test func `candidates are those of the seed that chose, and the winner is reported`() throws {
        try withStudy { store in
            let choices = try SettingChoices(store.runs(), in: store)
            #expect(
                choices.families.map { $0.candidates.map(\.accuracy) } == [
                    [0.75, 0.5], [0.25, 0.5, 0.125, nil, nil],
                ])
            #expect(choices.families[0].candidates.map(\.isReported) == [true, false])
            #expect(choices.families[1].candidates.allSatisfy { !$0.isReported })
            let rows = try #require(TrainingHTML.choices(choices)?["rows"] as? [[String: String]])
            #expect(rows.count == 7)
            #expect(
                rows[0] == [
                    "name": "ZS on V", "rate": "0.001", "weight": "", "accuracy": "75.00",
                    "outcome": "reported",
                ])
            #expect(
                rows[5] == [
                    "name": "ZS+FS on V", "rate": "0.1", "weight": "1", "accuracy": "",
                    "outcome": "failed: step 1: the loss is <nan>",
                ])
            #expect(
                rows.map { $0["outcome"] } == [
                    "reported", "", "", "", "", "failed: step 1: the loss is <nan>",
                    "not finished",
                ])
        }
    }
}
