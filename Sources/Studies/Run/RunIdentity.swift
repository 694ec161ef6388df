import Foundation
import Torch

/// `run.json`: by what id a run is known, where it belongs, and what made it.
public struct RunIdentity: Sendable, Codable, Equatable {
    /// A UUID; a resumed run keeps it.
    public var id = UUID().uuidString.lowercased()
    /// "train" or "eval".
    public var command: String
    /// As it was typed, with the program's name; nil where that is not known.
    public var commandLine: String?
    /// Seconds since 1970.
    public var startedAt = Date().timeIntervalSince1970
    /// nil for a run of its own.
    public var place: StudyPlace?
    /// The store that its results went to, an absolute path; nil for none.
    public var store: String?
    public var programVersion = ProgramVersion.text
    public var libtorchVersion = Libtorch.version
    /// Of the checkout that the program lies in, when the run began; nil where it lies in none.
    public var gitCommit = ProgramVersion.gitCommit

    static let name = "run.json"

    public init(command: String, place: StudyPlace? = nil) {
        self.command = command
        self.place = place
    }

    /// A run's; nil where its folder has none, as those of earlier versions.
    ///
    /// - Throws: `FileRefusal` where the file is damaged.
    public static func read(from folder: String) throws -> RunIdentity? {
        let path = folder + "/" + name
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        guard let found = try? JSONDecoder().decode(RunIdentity.self, from: data),
            UUID(uuidString: found.id) != nil
        else {
            throw FileRefusal(
                path: path, problem: "does not say by what id the run is known",
                remedy: "give back the file as ft-mmlu wrote it, or remove it")
        }
        return found
    }

    func write(to folder: String) throws {
        var fields: [(String, JSONValue)] = [
            ("id", .string(id)), ("command", .string(command)),
            ("commandLine", commandLine.map { .string($0) } ?? .null),
            ("startedAt", .number(startedAt)),
        ]
        if let place {
            fields.append(
                (
                    "place",
                    .object([
                        ("study", .string(place.study)), ("cell", .string(place.cell)),
                        ("family", .string(place.family)), ("role", .string(place.role.rawValue)),
                    ])
                ))
        }
        fields += [
            ("store", store.map { .string($0) } ?? .null),
            ("programVersion", .string(programVersion)),
            ("libtorchVersion", .string(libtorchVersion)),
            ("gitCommit", gitCommit.map { .string($0) } ?? .null),
        ]
        try WholeFile.write(JSONValue.object(fields).document, to: folder + "/" + Self.name)
    }
}

extension ProgramVersion {
    /// The commit of the checkout that the program lies in; nil where it lies in none.
    static let gitCommit: String? = {
        guard
            let program = try? FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/self/exe")
        else { return nil }
        var place = URL(fileURLWithPath: program).deletingLastPathComponent()
        while place.path != "/" {
            if let commit = commit(of: place.appendingPathComponent(".git").path) { return commit }
            place.deleteLastPathComponent()
        }
        return nil
    }()

    /// - Parameter git: a folder `.git`
    private static func commit(of git: String) -> String? {
        func text(_ name: String) -> String? {
            FileManager.default.contents(atPath: git + "/" + name)
                .map { String(decoding: $0, as: UTF8.self) }
        }
        func hash(_ word: Substring?) -> String? {
            guard let word, word.count == 40, word.allSatisfy(\.isHexDigit) else { return nil }
            return String(word)
        }
        guard let head = text("HEAD")?.split(separator: "\n").first else { return nil }
        guard head.hasPrefix("ref: ") else { return hash(head) }
        let name = head.dropFirst(5)
        if let own = text(String(name)) { return hash(own.split(separator: "\n").first) }
        let packed = text("packed-refs")?.split(separator: "\n").first { $0.hasSuffix(" \(name)") }
        return hash(packed?.split(separator: " ").first)
    }
}
