import Basics
import Foundation
import Tracking

/// Runs and studies of a store as text, one per line.
struct RunListText {
    private let runs: [RunEntry]
    private let studies: [SweepEntry]

    init(_ runs: [RunEntry], studies: [SweepEntry] = []) {
        self.runs = runs
        self.studies = studies
    }

    var lines: [String] {
        (runs.isEmpty ? ["no runs"] : runLines) + (studies.isEmpty ? [] : [""] + studyLines)
    }

    private var runLines: [String] {
        var table = TextTable()
        table.rows = [["run", "began", "what", "seed", "study", "as", "state", "folder"]]
        table.leftCount = 8
        for run in runs {
            table.rows.append([
                Self.short(run.id), Self.date(run.startedAt), Self.what(run),
                run.seed.map { "\($0)" } ?? "", run.study ?? "", run.cell ?? "",
                Self.state(of: run), Self.relative(run.folder),
            ])
        }
        return table.lines
    }

    private var studyLines: [String] {
        var table = TextTable()
        table.leftCount = 6
        table.rows = [["study", "kind", "began", "runs", "state", "folder"]]
        for study in studies {
            table.rows.append([
                study.id, study.kind ?? "", Self.date(study.startedAt),
                "\(runs.count { $0.study == study.id })", Self.state(of: study),
                Self.relative(study.folder ?? ""),
            ])
        }
        return table.lines
    }

    /// The part of an id that is enough to identify a run.
    static func short(_ id: String) -> String { String(id.prefix(8)) }

    static func state(of run: RunEntry) -> String {
        run.failure.map { "failed: " + $0.firstLine } ?? run.state.rawValue
    }

    static func state(of study: SweepEntry) -> String {
        study.finishedAt == nil ? "unfinished" : "finished"
    }

    /// "V humanities zs 0.005"
    private static func what(_ run: RunEntry) -> String {
        guard run.command == "train" else { return run.command }
        let rate = run.learningRate.map { "\($0)" }
        let objective = run.objective.map { name in
            run.fewShotWeight.map { "\(name) λ \($0)" } ?? name
        }
        return [run.target, run.category, objective, rate].compactMap { $0 }.joined(separator: " ")
    }

    /// The date to the minute, in the local time zone.
    private static func date(_ date: Date) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "yyyy-MM-dd HH:mm"
        return formatter.string(from: date)
    }

    /// The path of a folder, relative to the current one where it is inside it.
    private static func relative(_ folder: String) -> String {
        let here = FileManager.default.currentDirectoryPath + "/"
        return folder.hasPrefix(here) ? String(folder.dropFirst(here.count)) : folder
    }

    static func json(_ runs: [RunEntry]) throws -> String {
        // Keys by name, and none for nil: readers of this format expect Foundation's.
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return String(decoding: try encoder.encode(runs), as: UTF8.self) + "\n"
    }
}

extension String {
    /// The first line of text that may have several lines.
    var firstLine: String { split(separator: "\n").first.map(String.init) ?? "" }
}
