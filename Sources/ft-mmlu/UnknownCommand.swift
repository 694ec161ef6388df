import Basics
import ArgumentParser
import Benchmarks
import Experiments

extension ParsableCommand {
    /// What is wrong with a name that stands where a command's should; nil if nothing is.
    ///
    /// Flags before the name are left to the parser.
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
