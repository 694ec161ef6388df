import Basics
import Foundation
import Scoring

/// A results.json with the other files of its folder.
public struct ResultsRecord: Sendable {
    /// As it was named.
    public let path: String
    /// The folder that it lies in.
    package let folder: String
    package let contents: JSONValue
    /// nil where its folder has no answers.jsonl.
    public let answers: RecordedAnswers?
    /// The checksum of the run's prompts, which identify their questions; nil where it recorded
    /// none.
    package let promptChecksum: String?

    /// - Parameter path: the file, or the folder of its run
    public init(_ path: String) throws {
        self.path = path
        let isFolder = FileManager.isFolder(path)
        let folder =
            isFolder ? path : URL(fileURLWithPath: path).deletingLastPathComponent().path
        let file = isFolder ? path + "/" + RunFile.results : path
        guard let data = try FileFormat.json.contents(of: file) else {
            throw FileError(
                path: file, problem: "cannot be read",
                remedy: "a results.json, or the folder of a complete run, is needed")
        }
        contents = try Self.contents(data, of: file)
        self.folder = folder
        let hasAnswers = FileManager.default.fileExists(
            atPath: folder + "/" + RunFile.answers)
        answers = hasAnswers ? try RecordedAnswers(folder: folder) : nil
        promptChecksum = RunDirectory.promptChecksum(in: folder)
    }

    /// - Throws: `FileError` with the location of a fault.
    static func contents(_ data: Data, of path: String) throws -> JSONValue {
        var fault = ""
        do throws(JSONSyntax) {
            let contents = try JSONValue(parsing: data)
            if contents["accuracy"] != nil, contents["settings"] != nil { return contents }
        } catch {
            fault = ": \(error)"
        }
        throw FileError(
            path: path, problem: "is no results.json" + fault,
            remedy: "the file as ft-mmlu wrote it is needed")
    }

    /// The evaluated models, by the rows of "accuracy", in their order.
    public var models: [AnsweringModel] {
        var models: [AnsweringModel] = []
        for row in contents["accuracy"]?.elements ?? [] {
            guard let model = try? ModelRecord(row).answeringModel else { continue }
            if !models.contains(model) { models.append(model) }
        }
        return models
    }

    /// The facts about the run that a reader may compare, by name: all but the numbers and
    /// the shots.
    package var facts: [(name: String, value: String)] {
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

    /// The name in messages of the questions that exceed the model's context.
    package var tooLongQuestions: [String] {
        (contents["too_long_questions"]?.fields ?? []).flatMap { subject, places in
            places.elements.map {
                "\(subject) \($0["split"]?.text ?? "?") row \($0["row"]?.line ?? "?")"
            }
        }
    }

    /// By number of shots and subject.
    package var shots: [(name: String, value: String)] {
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
