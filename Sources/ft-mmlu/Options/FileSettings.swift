import ArgumentParser
import Benchmarks
import Foundation
import Studies
import Torch

/// A command all of whose flags may stand in a file: `--config FILE` puts them before those of the
/// command line, which win.
///
/// Commands that run studies read their files by `SettingLayers` in its place, which knows the
/// built-in world's defaults too.
protocol FileConfigured: ParsableCommand {}

/// The flags of a `--config` file, as arguments.
enum FileSettings {
    /// The arguments of a command line, with those of its file behind the command's name. What the
    /// command line gives too is left out: options that may be given again would be added up.
    ///
    /// - Parameter root: the program
    /// - Throws: `UsageError` for a file that cannot be read, or names what is no flag of the command.
    static func expanded(
        _ arguments: [String], of root: any ParsableCommand.Type
    ) throws -> [String] {
        var command = root
        var count = 0
        for argument in arguments {
            let next = command.configuration.subcommands.first { $0._commandName == argument }
            guard let next else { break }
            command = next
            count += 1
        }
        let own = arguments[count...].prefix { $0 != "--" }
        guard command is any FileConfigured.Type, let path = path(in: Array(own)) else {
            return arguments
        }
        let flags = try flags(of: command)
        let values: [String: [String]]
        do {
            values = try Self.values(of: path, flags)
        } catch let error as FileRefusal {
            throw UsageError("--config \(error)")
        }
        let typed = Set(own.map { argument in String(argument.prefix { $0 != "=" }) })
        var given: [String] = []
        for (name, texts) in values.sorted(by: { $0.key < $1.key })
        where !typed.contains("--\(name)") {
            let text = texts.first ?? ""
            if flags[name]?.kind == .option {
                given += texts.map { "--\(name)=\($0)" }
            } else if let isOn = Bool(text) {
                if isOn { given.append("--\(name)") }
            } else {
                throw UsageError("--config \(path): \(name) \(text): true or false is needed")
            }
        }
        return arguments[..<count] + given + arguments[count...]
    }

    /// What a file says for each flag; more than one text only where an option may be given again.
    private static func values(
        of path: String, _ flags: [String: Flag]
    ) throws -> [String: [String]] {
        let known = flags.keys.sorted()
        // Plain values stay whole, commas and all.
        if let plain = try? SettingsFile(path: path, known: known) {
            return plain.values.mapValues { [$0] }
        }
        let repeated = known.filter { flags[$0]?.isRepeated == true }
        let file = try SettingsFile(path: path, known: known, lists: repeated)
        var values: [String: [String]] = [:]
        for (name, text) in file.values {
            values[name] =
                repeated.contains(name) ? text.split(separator: ",").map(String.init) : [text]
        }
        return values
    }

    private static func path(in arguments: [String]) -> String? {
        let flag = "--config"
        for (index, argument) in arguments.enumerated() {
            if argument == flag, index + 1 < arguments.count { return arguments[index + 1] }
            if argument.hasPrefix(flag + "=") { return String(argument.dropFirst(flag.count + 1)) }
        }
        return nil
    }

    private enum Kind: String, Decodable { case positional, option, flag }

    private struct Flag {
        let kind: Kind
        /// Whether it may be given again.
        let isRepeated: Bool
    }

    /// A command's flags by long name, but for those that only the command line has.
    private static func flags(of command: any ParsableCommand.Type) throws -> [String: Flag] {
        let description = try JSONDecoder().decode(
            Description.self, from: Data(command._dumpHelp().utf8))
        var flags: [String: Flag] = [:]
        for argument in description.command.arguments ?? [] where argument.kind != .positional {
            for name in argument.names ?? [] where name.kind == "long" {
                flags[name.name] = Flag(
                    kind: argument.kind, isRepeated: argument.isRepeating ?? false)
            }
        }
        for name in ["config", "help", "version"] { flags[name] = nil }
        return flags
    }

    /// What ArgumentParser tells of a command; a part of its ToolInfo.
    private struct Description: Decodable {
        struct Command: Decodable { let arguments: [Argument]? }
        struct Argument: Decodable {
            let kind: Kind
            let isRepeating: Bool?
            let names: [Name]?
        }
        struct Name: Decodable {
            let kind: String
            let name: String
        }
        let command: Command
    }
}
