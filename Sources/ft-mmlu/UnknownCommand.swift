import Basics
import ArgumentParser
import Benchmarks
import Experiments

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
