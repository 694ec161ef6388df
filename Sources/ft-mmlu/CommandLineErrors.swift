import ArgumentParser
import Basics
import Experiments
import Foundation

/// A flag whose value ArgumentParser could not read.
enum InvalidFlag {
    /// An error that states the valid values of the flag, as the config of its setting or its type
    /// defines them. nil where a message is about something else.
    ///
    /// - Parameter message: ArgumentParser's: "Error: The value 'x' is invalid for '--rank <n>'"
    static func error(for message: String) -> UsageError? {
        let pattern =
            /(?s)The value '(?<value>.*)' is invalid for '--(?<name>[a-z0-9-]+)(?: <(?<kind>[^>]*)>)?'/
        guard let match = message.firstMatch(of: pattern) else { return nil }
        let (name, value) = (String(match.name), String(match.value))
        let layers = ConfigLayers([.init([name: .string(value)])])
        do {
            if CommandLine.arguments.contains("regression") {
                try ConfigCoder.check(RegressionConfig(), over: layers)
            }
            try ConfigCoder.check(RunConfig(), over: layers.without(SweepConfig.names))
            try ConfigCoder.check(SweepConfig(), over: layers)
            try ConfigCoder.check(RunConfig(), over: layers)
            let arguments = CommandLine.arguments.dropFirst()
            let command = CommandFlags.command(in: arguments, of: FTMMLU.self).command
            _ = try CommandFlags.all(of: command)[name]?.type?.read(
                .string(value), within: .usual)
        } catch let error as UsageError {
            return error
        } catch let error as Mismatch {
            return UsageError(
                value.isEmpty ? "--\(name): \(error)" : "--\(name) \(value): \(error)")
        } catch { return nil }
        return UsageError(
            "--\(name) \(value): <\(match.kind ?? "value")> is needed; --help says more")
    }
}

extension ParsableCommand {
    /// The error for an unknown name in the position of a command; nil if the name is known.
    ///
    /// The parser handles flags before the name.
    static func unknownCommand(in arguments: some Sequence<String>) -> UsageError? {
        var command: any ParsableCommand.Type = self
        for argument in arguments {
            let commands = command.configuration.subcommands
            if commands.isEmpty || argument.hasPrefix("-") || argument == "help" { return nil }
            guard let next = commands.first(where: { $0._commandName == argument }) else {
                let near = nearestMatch(to: argument, in: commands.map { $0._commandName })
                return UsageError(
                    "there is no command '\(argument)'; did you mean '\(near ?? "help")'?")
            }
            command = next
        }
        return nil
    }
}
