import Basics
import Benchmarks
import Foundation
import Torch
import Yams

/// A flat YAML file of settings: a run's config.yaml, or one that a user wrote.
public struct SettingsFile: Sendable {
    /// Values by name, each a text or a list of texts; nulls are left out.
    public let values: [String: JSONValue]
    /// All values in the file's order, with JSON types; in a run's config.yaml, the types that
    /// ft-mmlu wrote.
    let record: JSONValue
    /// Unquoted words that are no JSON, as in "seed: one"; ft-mmlu writes none.
    let bareWords: [String]

    /// - Parameters:
    ///   - known: all allowed names; nil allows any
    ///   - lists: names of the settings whose value may be a list
    /// - Throws: `FileError` where it is no such file, and for an unknown name, with the nearest.
    public init(path: String, known: [String]? = nil, lists: [String] = []) throws {
        guard let text = try FileFormat.yaml.text(of: path) else {
            throw FileError(
                path: path, problem: "there is no such file, or it cannot be read")
        }
        try self.init(text, path: path, known: known, lists: lists)
    }

    /// - Parameter yaml: the contents of the file at `path`, or what they would be
    init(_ yaml: String, path: String, known: [String]? = nil, lists: [String] = []) throws {
        guard Self.referenceCount(yaml) <= Self.mostReferences else {
            throw FileError(
                path: path, problem: "has more than \(Self.mostReferences) anchors and aliases",
                remedy: "plain values are needed")
        }
        let node: Node?
        do {
            node = try Yams.compose(yaml: yaml)
        } catch {
            let words = "\(error)".split(separator: "\n").first ?? ""
            throw FileError(path: path, problem: "is not YAML: \(words)")
        }
        guard let mapping = node.map({ $0.mapping }) ?? Node.Mapping([]) else {
            throw FileError(path: path, problem: "a list of 'name: value' is needed")
        }
        var values: [String: JSONValue] = [:]
        var record: [(String, JSONValue)] = []
        var bareWords: [String] = []
        func json(_ scalar: Node.Scalar, of name: String) throws -> JSONValue {
            // Settings are used in commands, paths and tables.
            guard !scalar.string.hasControlCharacters else {
                throw FileError(
                    path: path,
                    problem: "'\(name)' is '\(scalar.string)', with a control character",
                    remedy: "a text on one line is needed")
            }
            if let value = JSONValue(scalar) { return value }
            bareWords.append("\(name): \(scalar.string)")
            return .string(scalar.string)
        }
        for (key, node) in mapping {
            let name = key.string ?? ""
            if let known, !known.contains(name) {
                throw FileError(
                    path: path, problem: "there is no setting '\(name)'",
                    remedy: nearestMatch(to: name, in: known).map { "did you mean '\($0)'?" } ?? "")
            }
            if lists.contains(name), let elements = node.sequence {
                let scalars = elements.compactMap(\.scalar)
                guard scalars.count == elements.count else {
                    throw FileError(
                        path: path, problem: "'\(name)' is a list with more than plain values")
                }
                values[name] = .array(scalars.map { .string($0.string) })
                record.append((name, .array(try scalars.map { try json($0, of: name) })))
            } else if let scalar = node.scalar {
                if node.tag != Tag(.null) { values[name] = .string(scalar.string) }
                record.append(
                    (name, node.tag == Tag(.null) ? .null : try json(scalar, of: name)))
            } else {
                throw FileError(path: path, problem: "'\(name)' is not one plain value")
            }
        }
        self.values = values
        self.record = .object(record)
        self.bareWords = bareWords
    }

    /// The maximum number of references: nested lists of aliases can expand beyond any memory.
    private static let mostReferences = 32

    /// The maximum possible number of anchors and aliases: `&` and `*` where a value could begin,
    /// also in texts.
    private static func referenceCount(_ yaml: String) -> Int {
        var former = UInt8(ascii: "\n")
        return yaml.utf8.count { byte in
            defer { former = byte }
            return (byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*"))
                && " \t\r\n[]{},:-?".utf8.contains(former)
        }
    }
}

extension JSONValue {
    /// A text in quotes, or an unquoted number or truth value; nil for other words.
    fileprivate init?(_ scalar: Node.Scalar) {
        guard scalar.style == .plain else {
            self = .string(scalar.string)
            return
        }
        guard let value = try? JSONValue(parsing: scalar.string.utf8) else { return nil }
        // 1.0 becomes 1, and 1e-3 becomes 0.001, as the store has always had them.
        self = value.whole.map { .whole($0) } ?? value.double.map { .number($0) } ?? value
    }
}

extension ConfigLayers.Layer {
    /// A settings file that the user named.
    ///
    /// - Parameters:
    ///   - option: the option before the file's name
    ///   - known: all allowed names
    ///   - lists: names of the settings whose value may be a list
    /// - Throws: `UsageError` for an unknown name, with the nearest
    public init(
        file: String, givenBy option: String = "", known: [String], lists: [String]
    ) throws {
        do {
            let values = try SettingsFile(path: file, known: known, lists: lists).values
            self.init(origin: "\(file): ", values)
        } catch let error as FileError {
            throw UsageError("\(option)\(error)")
        }
    }
}
