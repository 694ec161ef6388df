import ArgumentParser
import Basics
import Experiments
import Foundation

/// A command whose flags may all be set in a file. `--config FILE` adds them before those of the
/// command line, which take precedence.
protocol FileConfigured: ParsableCommand {
    /// The settings that the command itself reads from its file, with `ConfigLayers`, which also
    /// knows the built-in world's defaults.
    static var settingNames: [String] { get }

    /// Commands whose files this one accepts too; it skips settings of their calls alone.
    static var kin: [any FileConfigured.Type] { get }
}

extension FileConfigured {
    static var settingNames: [String] { [] }
    static var kin: [any FileConfigured.Type] { [] }

    /// Its other flags, which control one call and not what is computed, and those of its kin.
    static func callNames() -> [String] {
        let names = ([self] + kin).flatMap { CommandFlags.all(of: $0).keys }
        return Set(names).subtracting(settingNames).sorted()
    }
}

/// The flags of a `--config` file, as arguments.
enum FileSettings {
    /// The arguments of a command line, with those of its file after the command's name. Flags that
    /// the command line gives too are left out, since repeated options would be added up.
    ///
    /// - Parameter root: the program
    /// - Throws: `UsageError` for a file that cannot be read, or that has a name that is no flag of
    ///   the command.
    static func expanded(
        _ arguments: [String], of root: any ParsableCommand.Type
    ) throws -> [String] {
        let (command, count) = CommandFlags.command(in: arguments, of: root)
        let own = arguments[count...].prefix { $0 != "--" }
        guard let configured = command as? any FileConfigured.Type, let path = path(in: Array(own))
        else { return arguments }
        let typed = Set(own.map { argument in String(argument.prefix { $0 != "=" }) })
        // A run or study that resumes has its own settings; the command refuses the file.
        if !configured.settingNames.isEmpty, !typed.isDisjoint(with: ["--resume", "--gather"]) {
            return arguments
        }
        let flags = CommandFlags.all(of: configured)
        var given: [String] = []
        for (name, value) in try values(in: path, of: configured).sorted(by: { $0.key < $1.key })
        where !typed.contains("--\(name)") && !configured.settingNames.contains(name) {
            if let flag = flags[name] { given += try Self.arguments(name, value, flag, path) }
        }
        return arguments[..<count] + given + arguments[count...]
    }

    /// The values of a file, by name.
    ///
    /// - Throws: `UsageError` for a file that cannot be read, or that has a name that is no flag of
    ///   the command.
    static func values(
        in path: String, of command: any FileConfigured.Type
    ) throws -> [String: JSONValue] {
        let repeated = ([command] + command.kin).flatMap {
            CommandFlags.all(of: $0).filter(\.value.isRepeated).keys
        }
        do {
            return try SettingsFile(
                path: path, known: (command.callNames() + command.settingNames).sorted(),
                // Whether a setting may be a list is checked where that setting is read.
                lists: repeated + command.settingNames
            ).values
        } catch let error as FileError {
            throw UsageError("--config \(error)")
        }
    }

    private static func arguments(
        _ name: String, _ value: JSONValue, _ flag: CommandFlags.Flag, _ path: String
    ) throws -> [String] {
        if flag.takesValue {
            if case .array(let elements) = value {
                return elements.map { "--\(name)=\($0.settingText)" }
            }
            return ["--\(name)=\(value.settingText)"]
        }
        guard let isOn = Bool(value.settingText) else {
            throw UsageError(
                "--config \(path): \(name) \(value.settingText): true or false is needed")
        }
        return isOn ? ["--\(name)"] : []
    }

    private static func path(in arguments: [String]) -> String? {
        let flag = "--config"
        for (index, argument) in arguments.enumerated() {
            if argument == flag, index + 1 < arguments.count {
                return File(argument: arguments[index + 1])?.path
            }
            if argument.hasPrefix(flag + "=") {
                return File(argument: String(argument.dropFirst(flag.count + 1)))?.path
            }
        }
        return nil
    }
}
