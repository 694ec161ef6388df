import Basics
import Foundation
import Tracking

/// The values of runs in the page's template.
enum RunHTML {
    static func context(_ run: RunEntry, in store: Store) throws -> [String: Any] {
        // From its beginning to its end other runs of a study may have been at work.
        let parts = try store.measurements(of: run.id).filter { $0.name == "seconds" }.map(\.value)
        let seconds = parts.isEmpty ? nil : parts.reduce(0, +)
        return [
            "name": name(run), "id": run.id, "role": run.role ?? "", "family": run.family ?? "",
            "target": run.target ?? "",
            "rate": run.learningRate.map(NumberText.short) ?? "",
            "weight": run.fewShotWeight.map(NumberText.short) ?? "",
            "seed": run.seed.map { "\($0)" } ?? "", "state": state(run),
            "isFailed": run.state == .failed, "failure": run.failure ?? "",
            "seconds": seconds.map(duration) ?? "", "folder": run.folder,
            "command": run.commandLine ?? "", "settings": fields(run.settings),
            "inputs": fields(run.inputs),
        ]
    }

    /// The run's own name in its study, else the beginning of its id.
    static func name(_ run: RunEntry) -> String { run.cell ?? String(run.id.prefix(8)) }

    static func state(_ run: RunEntry) -> String {
        switch run.state {
        case .finished: "finished"
        case .failed: "failed"
        case .unfinished: "not finished"
        }
    }

    /// The origin of the runs: each fact with its values.
    static func provenance(_ runs: [RunEntry]) -> [[String: String]] {
        let facts: [(String, [String?])] = [
            ("ft-mmlu", runs.map(\.programVersion)), ("commit", runs.map(\.gitCommit)),
            ("libtorch", runs.map(\.libtorchVersion)), ("model", runs.map(\.model)),
            ("model's checksum", runs.map { checksum("model", $0) }),
            ("prompts' checksum", runs.map { checksum("prompts", $0) }),
            ("training examples' checksum", runs.map { checksum("training examples", $0) }),
            ("prompt hash", runs.map(\.promptHash)),
        ]
        return facts.compactMap { name, values in
            let known = Set(values.compactMap(\.self)).sorted()
            return known.isEmpty ? nil : ["name": name, "value": known.joined(separator: ", ")]
        }
    }

    private static func checksum(_ name: String, _ run: RunEntry) -> String? {
        fields(run.inputs).first { $0["name"] == name }?["value"]
    }

    /// The fields of a JSON object, by name.
    private static func fields(_ json: String) -> [[String: String]] {
        let fields = (try? JSONValue(parsing: json.utf8))?.fields ?? []
        return fields.sorted { $0.0 < $1.0 }.map { name, value in
            ["name": name, "value": value.text ?? value.line]
        }
    }

    static func date(_ date: Date) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "UTC")
        formatter.dateFormat = "yyyy-MM-dd HH:mm 'UTC'"
        return formatter.string(from: date)
    }

    private static func duration(_ seconds: Double) -> String {
        seconds < 90 ? String(format: "%.0f s", seconds) : String(format: "%.1f min", seconds / 60)
    }
}
