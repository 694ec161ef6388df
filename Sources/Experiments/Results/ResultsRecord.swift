import Scoring
import Basics
import Benchmarks
import Evaluation
import Foundation
import Torch

/// A results.json with what lies beside it.
public struct ResultsRecord: Sendable {
    /// As it was named.
    public let path: String
    let contents: JSONValue
    /// nil where no answers.jsonl lies beside it.
    public let answers: RecordedAnswers?
    /// What the run recorded of its prompts, which name their questions; nil where it did not.
    let promptChecksum: String?

    /// - Parameter path: the file, or the folder of its run
    public init(_ path: String) throws {
        self.path = path
        var isFolder: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        let folder =
            isFolder.boolValue
            ? path : URL(fileURLWithPath: path).deletingLastPathComponent().path
        let file = isFolder.boolValue ? path + "/" + Recomputation.name : path
        guard let data = try FileFormat.json.contents(of: file) else {
            throw FileError(
                path: file, problem: "cannot be read",
                remedy: "a results.json, or the folder of a complete run, is needed")
        }
        guard let contents = try? JSONDecoder().decode(JSONValue.self, from: data),
            contents["accuracy"] != nil, contents["settings"] != nil
        else {
            throw FileError(
                path: file,
                problem: "is no results.json"
                    + (JSONSyntax(faultIn: data).map { ": \($0)" } ?? ""),
                remedy: "the file as ft-mmlu wrote it is needed")
        }
        self.contents = contents
        let hasAnswers = FileManager.default.fileExists(
            atPath: folder + "/" + RecordedAnswers.name)
        answers = hasAnswers ? try RecordedAnswers(folder: folder) : nil
        promptChecksum = InputChecksums.promptChecksum(in: folder)
    }

    /// Who answered, by the rows of "accuracy", in their order.
    public var models: [AnsweringModel] {
        var models: [AnsweringModel] = []
        for row in contents["accuracy"]?.elements ?? [] {
            let model: AnsweringModel =
                row["model"]?.text == AnsweringModel.base.name
                ? .base : .adapted(scale: row["adapter_scale"]?.double ?? 1)
            if !models.contains(model) { models.append(model) }
        }
        return models
    }

    /// The facts about the run that a reader may compare, by name: all but the numbers and
    /// the shots.
    var facts: [(name: String, value: String)] {
        let others = ["accuracy", "subjects", "statistics", "comparison", "forgetting", "shots"]
        return contents.fields.flatMap { name, value -> [(String, String)] in
            if others.contains(name) { return [] }
            switch name {
            case "settings": return value.fields.map { ($0.0, $0.1.line) }
            case "versions", "kept_adapter":
                return value.fields.map { ("\(name) \($0.0)", $0.1.line) }
            default: return [(name, value.line)]
            }
        }
    }

    /// What messages call the questions that the model had no room for.
    var tooLongQuestions: [String] {
        (contents["too_long_questions"]?.fields ?? []).flatMap { subject, places in
            places.elements.map {
                "\(subject) \($0["split"]?.text ?? "?") row \($0["row"]?.line ?? "?")"
            }
        }
    }

    /// By number of shots and subject.
    var shots: [(name: String, value: String)] {
        (contents["shots"]?.fields ?? []).flatMap { count, subjects in
            subjects.fields.map { subject, places in
                (
                    "\(count) shots of \(subject)",
                    places.elements.map { place in
                        "\(place["split"]?.text ?? "?") \(place["row"]?.line ?? "?")"
                    }.joined(separator: ", ")
                )
            }
        }
    }
}

extension JSONValue {
    /// nil where the value is no whole number, or one that does not fit.
    var whole: Int? {
        switch self {
        case .whole(let value): value
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    var double: Double? {
        switch self {
        case .whole(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}
