import Benchmarks
import Evaluation
import Foundation
import Results
import Torch
import Transformer

/// Puts a run's folder into a store.
public struct StoredFolder {
    public let run: RunEntry
    public let stepCount: Int
    public let answerCount: Int

    /// A run that is there already is replaced. A folder of an earlier version is given a run.json, so
    /// that its id stays.
    ///
    /// - Throws: `FileRefusal` when the folder holds no run, a line is damaged, or a process works in
    ///   it; `StoreError`.
    public init(_ folder: String, into store: Store) throws {
        let opened = try RunFolder(resuming: folder)
        let settings = try RunFolder.values(in: folder)
        let categories = SubjectCategories(
            settings["category-map"]?.text.flatMap(CategoryMap.init(rawValue:)) ?? .hendrycks)
        let identity = try Self.identity(of: opened)
        let run = try RunEntry(folder: folder, identity)
        let steps = try Self.lines("metrics.jsonl", in: folder) { StepEntry(line: $0) }
        let answers = try Self.lines("answers.jsonl", in: folder) { text -> AnswerEntry? in
            guard let line = AnswerLine(text), let answer = line.answer,
                let model = line.answeringModel, let scoring = Scoring(rawValue: line.scoring)
            else { return nil }
            return AnswerEntry(answer, model, scoring, categories)
        }
        let scores = try Self.lines("evaluations.jsonl", in: folder) { text in
            MeasurementEntry(evaluation: text)
        }
        let spectra =
            opened.trainsAdapter && opened.isComplete(evaluates: false)
            ? try AdapterSpectrum.all(in: opened.adapter) : []
        // What only chooses settings ends with its adapter.
        let evaluates =
            settings["no-eval"]?.isTrue != true && identity.place?.role != .selection
        let end = Self.end(of: opened, evaluates: evaluates)
        let failure = end == nil ? try CellFailure(in: folder) : nil
        try store.begin(run)
        try store.append(steps, to: run.id)
        try store.append(answers, to: run.id)
        try store.append(scores + MeasurementEntry.all(of: spectra), to: run.id)
        if let end {
            try store.finish(run: run.id, at: end)
        } else if let failure {
            try store.finish(
                run: run.id, failure: failure.cause,
                at: Self.date(of: folder + "/" + CellFailure.name) ?? run.startedAt)
        }
        self.run = try store.run(matching: run.id)
        stepCount = steps.count
        answerCount = answers.count
    }

    private static func identity(of folder: RunFolder) throws -> RunIdentity {
        if let found = try RunIdentity.read(from: folder.path) { return found }
        var new = RunIdentity(command: folder.trainsAdapter ? "train" : "eval")
        new.startedAt = date(of: folder.config)?.timeIntervalSince1970 ?? new.startedAt
        new.gitCommit = nil
        try new.write(to: folder.path)
        return new
    }

    /// When the last of its files was written; nil of a run that is not complete.
    private static func end(of folder: RunFolder, evaluates: Bool) -> Date? {
        guard folder.isComplete(evaluates: evaluates) else { return nil }
        return date(
            of: evaluates
                ? folder.path + "/" + Recomputation.name
                : folder.adapter + "/" + TrainedQuestions.name)
    }

    private static func date(of path: String) -> Date? {
        try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
    }

    /// Whole lines of a file; none where there is no file. A last line that a crash tore is dropped.
    private static func lines<Entry>(
        _ name: String, in folder: String, _ entry: (String) -> Entry?
    ) throws -> [Entry] {
        let path = folder + "/" + name
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        let lines = data.split(separator: 10, omittingEmptySubsequences: false).dropLast()
        return try lines.enumerated().map { number, line in
            guard let entry = entry(String(decoding: line, as: UTF8.self)) else {
                throw FileRefusal(
                    path: "\(path), line \(number + 1)", problem: "is none that ft-mmlu wrote",
                    remedy: "give back the file as it was written, or remove the line")
            }
            return entry
        }
    }
}

extension MeasurementEntry {
    /// A line of evaluations.jsonl; nil where it is none.
    init?(evaluation line: String) {
        guard
            let value = try? JSONDecoder().decode(JSONValue.self, from: Data(line.utf8)),
            let step = value["step"]?.double, let accuracy = value["accuracy"]?.double
        else { return nil }
        self.init("validationAccuracy", "step \(Int(step))", accuracy)
    }
}
