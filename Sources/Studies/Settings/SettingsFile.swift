import Benchmarks
import Foundation
import Torch
import Yams

/// A flat YAML file of settings: a run's config.yaml, or one that a user wrote.
public struct SettingsFile: Sendable {
    /// By name, as text; those that are null are left out.
    public let values: [String: String]

    /// - Parameters:
    ///   - known: all names there may be; nil takes any
    ///   - lists: names of those whose value may be a list, which becomes one text with commas
    /// - Throws: `FileRefusal` where it is no such file, and for an unknown name, with the nearest.
    public init(path: String, known: [String]? = nil, lists: [String] = []) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw FileRefusal(
                path: path, problem: "there is no such file, or it cannot be read")
        }
        let node: Node?
        do {
            node = try Yams.compose(yaml: String(decoding: data, as: UTF8.self))
        } catch {
            let words = "\(error)".split(separator: "\n").first ?? ""
            throw FileRefusal(path: path, problem: "is not YAML: \(words)")
        }
        guard let mapping = node.map({ $0.mapping }) ?? Node.Mapping([]) else {
            throw FileRefusal(path: path, problem: "a list of 'name: value' is needed")
        }
        var values: [String: String] = [:]
        for (key, value) in mapping {
            let name = key.string ?? ""
            if let known, !known.contains(name) {
                throw FileRefusal(
                    path: path, problem: "there is no setting '\(name)'",
                    remedy: nearestMatch(to: name, in: known).map { "did you mean '\($0)'?" } ?? "")
            }
            if lists.contains(name), let elements = value.sequence {
                values[name] = try elements.map { element in
                    guard let text = element.scalar?.string else {
                        throw FileRefusal(
                            path: path, problem: "'\(name)' is a list with more than plain values")
                    }
                    // A comma divides the list; within a set of projections a plus sign does.
                    return text.replacing(",", with: "+")
                }.joined(separator: ",")
                continue
            }
            guard let text = value.scalar?.string else {
                throw FileRefusal(path: path, problem: "'\(name)' is not one plain value")
            }
            if value.tag != Tag(.null) { values[name] = text }
        }
        self.values = values
    }
}
