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
    /// The arguments of a command line, with those of its file behind the command's name.
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
        let values: [String: String]
        do {
            values = try SettingsFile(path: path, known: flags.keys.sorted()).values
        } catch let error as FileRefusal {
            throw UsageError("--config \(error)")
        }
        var given: [String] = []
        for (name, text) in values.sorted(by: { $0.key < $1.key }) {
            if flags[name] == .option {
                given.append("--\(name)=\(text)")
            } else if let isOn = Bool(text) {
                if isOn { given.append("--\(name)") }
            } else {
                throw UsageError("--config \(path): \(name) \(text): true or false is needed")
            }
        }
        return arguments[..<count] + given + arguments[count...]
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

    /// A command's flags by long name, but for those that only the command line has.
    private static func flags(of command: any ParsableCommand.Type) throws -> [String: Kind] {
        let description = try JSONDecoder().decode(
            Description.self, from: Data(command._dumpHelp().utf8))
        var flags: [String: Kind] = [:]
        for argument in description.command.arguments ?? [] where argument.kind != .positional {
            for name in argument.names ?? [] where name.kind == "long" {
                flags[name.name] = argument.kind
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
            let names: [Name]?
        }
        struct Name: Decodable {
            let kind: String
            let name: String
        }
        let command: Command
    }
}
