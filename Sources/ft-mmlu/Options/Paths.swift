import ArgumentParser
import Basics
import Foundation
import Tokenization
import Transformer

/// A path on the command line. It is never empty.
///
/// `~` at the beginning is the home folder: a shell leaves it as it is in `--data=~/mmlu`.
protocol PathArgument: SettingValue, ExpressibleByArgument, ExpressibleByStringLiteral {
    /// What the path leads to, in messages.
    static var kind: String { get }
    var path: String { get }
    init(path: String)
}

extension PathArgument {
    init(stringLiteral value: String) { self.init(path: value) }

    var setting: JSONValue { .string(path) }

    static func read(_ value: JSONValue, within bounds: Bounds) throws -> Self {
        let text = value.settingText
        guard !text.isEmpty else { throw Mismatch("is empty; the path of \(kind) is needed") }
        guard text.hasPrefix("~") else { return Self(path: text) }
        // As a shell does; Foundation does not read HOME.
        let home = ProcessInfo.processInfo.environment["HOME"] ?? ""
        let isOwn = !home.isEmpty && (text == "~" || text.hasPrefix("~/"))
        return Self(
            path: isOwn ? home + text.dropFirst() : (text as NSString).expandingTildeInPath)
    }
}

struct File: PathArgument {
    static let kind = "a file"
    static var defaultCompletionKind: CompletionKind { .file() }
    let path: String
}

struct Folder: PathArgument {
    static let kind = "a folder"
    static var defaultCompletionKind: CompletionKind { .directory }
    let path: String
}

/// A model folder, ORG/NAME in the hub's cache, or the name of a model at a server.
struct ModelPath: PathArgument {
    static let kind = "a model folder, or ORG/NAME in the hub's cache,"
    static var defaultCompletionKind: CompletionKind { .directory }
    let path: String
}

/// A name out of a list that another module has.
protocol ListedName: SettingValue, ExpressibleByArgument {
    static var names: [String] { get }
    var name: String { get }
    init(name: String)
}

extension ListedName {
    var setting: JSONValue { .string(name) }

    static func read(_ value: JSONValue, within bounds: Bounds) throws -> Self {
        let word = value.settingText
        guard names.contains(word) else {
            let near = nearestMatch(to: word, in: names).map { "did you mean \($0)? " } ?? ""
            throw Mismatch("\(near)one of \(names.joined(separator: ", ")) is needed")
        }
        return Self(name: word)
    }

    static var defaultCompletionKind: CompletionKind { .list(names) }
}

/// The shape of a model with random weights.
struct ShapeName: ListedName {
    static var names: [String] { ModelConfiguration.knownShapes.map(\.name) }
    let name: String
}

/// Finite numbers joined by commas; the same number may be there several times.
struct NumberList: SettingValue, ExpressibleByArgument {
    let numbers: [Double]

    var setting: JSONValue { .string(numbers.map(\.helpText).joined(separator: ",")) }

    static func read(_ value: JSONValue, within bounds: Bounds) throws -> NumberList {
        let numbers = value.settingElements.map { Double($0.settingText) }
        guard numbers.allSatisfy({ $0?.isFinite == true }) else {
            throw Mismatch("finite numbers joined by commas are needed")
        }
        return NumberList(numbers: numbers.compactMap(\.self))
    }
}
