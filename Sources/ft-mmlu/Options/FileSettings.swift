import ArgumentParser
import Benchmarks
import Foundation
import Experiments
import Torch

/// A command all of whose flags may stand in a file: `--config FILE` puts them before those of the
/// command line, which win.
protocol FileConfigured: ParsableCommand {
    /// What the command reads from its file by itself, with `SettingLayers`, which knows the built-in
    /// world's defaults too.
    static var settingNames: [String] { get }

    /// Commands whose files serve this one too: what is said there of their calls alone is passed over.
    static var kin: [any FileConfigured.Type] { get }
}

extension FileConfigured {
    static var settingNames: [String] { [] }
    static var kin: [any FileConfigured.Type] { [] }

    /// Its other flags, which say what one call does, not what is computed; and those of its kin.
    static func callNames() throws -> [String] {
        let names = try ([self] + kin).flatMap { try FileSettings.flags(of: $0).keys }
        return Set(names).subtracting(settingNames).sorted()
    }
}

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
        guard let configured = command as? any FileConfigured.Type, let path = path(in: Array(own))
        else { return arguments }
        let typed = Set(own.map { argument in String(argument.prefix { $0 != "=" }) })
        // A run or study that goes on has its own settings; the command refuses the file.
        if !configured.settingNames.isEmpty, !typed.isDisjoint(with: ["--resume", "--gather"]) {
            return arguments
        }
        let flags = try flags(of: configured)
        let given = try values(in: path, of: configured).sorted { $0.key < $1.key }
            .filter { !typed.contains("--\($0.key)") && !configured.settingNames.contains($0.key) }
            .flatMap { name, value in
                try flags[name].map { try Self.arguments(name, value, $0, path) } ?? []
            }
        return arguments[..<count] + given + arguments[count...]
    }

    /// What a file says, by name.
    ///
    /// - Throws: `UsageError` for a file that cannot be read, or names what is no flag of the command.
    static func values(
        in path: String, of command: any FileConfigured.Type
    ) throws -> [String: SettingsFile.Value] {
        let repeated = try ([command] + command.kin).flatMap {
            try flags(of: $0).filter(\.value.isRepeated).keys
        }
        do {
            return try SettingsFile(
                path: path, known: (command.callNames() + command.settingNames).sorted(),
                // Whether a list may stand for a setting is seen where that is read.
                lists: repeated + command.settingNames
            ).values
        } catch let error as FileError {
            throw UsageError("--config \(error)")
        }
    }

    private static func arguments(
        _ name: String, _ value: SettingsFile.Value, _ flag: Flag, _ path: String
    ) throws -> [String] {
        if flag.kind == .option {
            let texts: [String] =
                switch value {
                case .text(let text): [text]
                case .list(let elements): elements
                }
            return texts.map { "--\(name)=\($0)" }
        }
        guard let isOn = Bool(value.text) else {
            throw UsageError("--config \(path): \(name) \(value.text): true or false is needed")
        }
        return isOn ? ["--\(name)"] : []
    }

    private static func path(in arguments: [String]) -> String? {
        let flag = "--config"
        for (index, argument) in arguments.enumerated() {
            if argument == flag, index + 1 < arguments.count { return arguments[index + 1] }
            if argument.hasPrefix(flag + "=") { return String(argument.dropFirst(flag.count + 1)) }
        }
        return nil
    }

    enum Kind: String, Decodable { case positional, option, flag }

    struct Flag {
        let kind: Kind
        /// Whether it may be given again.
        let isRepeated: Bool
    }

    /// A command's flags by long name, but for those that only the command line has.
    static func flags(of command: any ParsableCommand.Type) throws -> [String: Flag] {
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
