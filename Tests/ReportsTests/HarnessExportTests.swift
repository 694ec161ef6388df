import Foundation
import TestSupport
import Testing
import Tracking

@testable import Reports

@Suite struct HarnessExportTests {
    private func object(_ value: Any?, _ names: String...) -> [String: Any] {
        names.reduce(value as? [String: Any] ?? [:]) { $0[$1] as? [String: Any] ?? [:] }
    }

    @Test func `tasks and groups have the values of the hand, in lm-eval's layout`() throws {
        try SmallSweep.with { store in
            let run = try SmallSweep.runs(store)[1]
            let files = try HarnessExport.all(of: run, in: store) { $0 == "philosophy" ? 311 : nil }
            #expect(files.map(\.shots) == [0, 7])
            #expect(
                files[0].path
                    == "small-<model>__adapted-11110000/results_0shot_2023-11-14T22-15-00.000Z.json"
            )
            let contents = try #require(
                JSONSerialization.jsonObject(with: Data(files[0].document.utf8))
                    as? [String: Any])
            let task = object(contents, "results", "mmlu_philosophy")
            #expect(task["acc,none"] as? Double == 0.75)
            // Questions 1 and 1/2: a deviation of √(1/8), over √2.
            #expect(task["acc_stderr,none"] as? Double == 0.25)
            #expect(task["sample_len"] as? Int == 2 && task["alias"] as? String == "philosophy")
            let single = object(contents, "results", "mmlu_college_physics")
            #expect(single["acc,none"] as? Double == 0)
            #expect(single["acc_stderr,none"] as? String == "N/A")
            for part in ["results", "groups"] {
                let group = object(contents, part, "mmlu_humanities")
                #expect(group["acc,none"] as? Double == 0.75)
                #expect(group["alias"] as? String == "humanities")
                // Pooled: (2 - 1) · 1/16 · 2 over 2 - 1, over 2.
                #expect(group["acc_stderr,none"] as? Double == 0.25)
            }
            #expect(object(contents, "groups", "mmlu")["acc,none"] as? Double == 0.5)
            #expect(
                object(contents, "group_subtasks")["mmlu"] as? [String]
                    == ["mmlu_humanities", "mmlu_stem"])
            #expect(
                object(contents, "group_subtasks")["mmlu_humanities"] as? [String]
                    == ["mmlu_philosophy"])
            #expect(
                object(contents, "n-samples", "mmlu_philosophy") as? [String: Int]
                    == ["original": 311, "effective": 2])
            #expect(object(contents, "n-shot")["mmlu_philosophy"] as? Int == 0)
            #expect(object(contents, "configs", "mmlu_philosophy")["num_fewshot"] as? Int == 0)
            #expect(object(contents, "config")["model"] as? String == "ft-mmlu")
            #expect(object(contents, "config")["limit"] as? Int == 250)
            #expect(object(contents, "higher_is_better", "mmlu")["acc"] as? Bool == true)
            #expect(object(contents, "versions")["mmlu_philosophy"] as? Double == 1)
        }
    }

    @Test func `the time is what was measured of the model's answers`() throws {
        try SmallSweep.with { store in
            let run = try SmallSweep.runs(store)[1]
            func time() throws -> Any? {
                let file = try HarnessExport.all(of: run, in: store) { _ in nil }[0]
                let contents = try JSONSerialization.jsonObject(with: Data(file.document.utf8))
                return (contents as? [String: Any])?["total_evaluation_time_seconds"]
            }
            #expect(try time() is NSNull)
            try store.append(
                [
                    MeasurementEntry("seconds", "training", 100),
                    MeasurementEntry("seconds", "answers of adapted", 12.5),
                ], to: run.id)
            #expect(try time() as? String == "12.5")
        }
    }

    @Test func `a run without answers is refused`() throws {
        try SmallSweep.with { store in
            var run = try SmallSweep.runs(store)[0]
            run.id = "99999999-0000-4000-8000-000000000000"
            try store.begin(run)
            expectRefusal(
                "run 99999999: has no answers to export; a run that was evaluated is needed"
            ) { try HarnessExport.all(of: run, in: store) { _ in nil } }
        }
    }
}
