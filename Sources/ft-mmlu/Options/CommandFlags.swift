import ArgumentParser
import Basics

/// The flags of commands, read off their properties.
enum CommandFlags {
    struct Flag {
        /// Whether the flag takes a value.
        let takesValue: Bool
        /// Whether the flag may be repeated.
        let isRepeated: Bool
        /// The type of its value, if that says itself what it expects.
        var type: (any SettingValue.Type)?
    }

    /// All flags of a command by long name, without those that only the command line has.
    static func all(of command: any ParsableArguments.Type) -> [String: Flag] {
        var flags: [String: Flag] = [:]
        for (label, value) in Mirror(reflecting: command.init()).children {
            let field = type(of: value) as? any CommandField.Type
            switch field?.kind {
            case .flag(let flag): flags[name(of: label)] = flag
            case .group(let group): flags.merge(all(of: group)) { $1 }
            case nil: break
            }
        }
        flags["config"] = nil
        return flags
    }

    /// The values of the given flags, by long name. Those of the command line are as typed, so that
    /// messages show them unchanged; but for paths, whose `~` is expanded.
    static func given(_ options: any ParsableArguments) -> [String: JSONValue] {
        var given: [String: JSONValue] = [:]
        for (label, value) in Mirror(reflecting: options).children {
            guard let field = value as? any CommandField else { continue }
            let name = name(of: label)
            if let group = field.group {
                given.merge(Self.given(group)) { $1 }
            } else if let value = field.setting {
                let text = field.isShownAsTyped ? typed(name) : nil
                given[name] = text.map { .string($0) } ?? value
            }
        }
        return given
    }

    /// The text of a flag's value on the command line; nil where it has none.
    private static func typed(_ name: String) -> String? {
        let arguments = Array(CommandLine.arguments.prefix { $0 != "--" })
        let flag = "--" + name
        // Of a flag that is given again, ArgumentParser takes the last value.
        guard let last = arguments.lastIndex(where: { $0 == flag || $0.hasPrefix(flag + "=") })
        else { return nil }
        if arguments[last] != flag { return String(arguments[last].dropFirst(flag.count + 1)) }
        return last + 1 < arguments.count ? arguments[last + 1] : nil
    }

    /// The command that the first arguments name, and the number of those arguments.
    static func command(
        in arguments: some Sequence<String>, of root: any ParsableCommand.Type
    ) -> (command: any ParsableCommand.Type, count: Int) {
        var (command, count) = (root, 0)
        for argument in arguments {
            let next = command.configuration.subcommands.first { name(of: $0) == argument }
            guard let next else { break }
            (command, count) = (next, count + 1)
        }
        return (command, count)
    }

    /// The name of a command.
    static func name(of command: any ParsableCommand.Type) -> String {
        command.configuration.commandName
            ?? String(ConfigCoder.name(of: "\(command)").drop { $0 == "-" })
    }

    /// "_batchSize" as "batch-size".
    private static func name(of label: String?) -> String {
        ConfigCoder.name(of: String((label ?? "").drop { $0 == "_" }))
    }
}

/// A property of a command.
private protocol CommandField {
    static var kind: CommandFieldKind? { get }
    /// The value where one was given.
    var setting: JSONValue? { get }
    var group: (any ParsableArguments)? { get }
    var isShownAsTyped: Bool { get }
}

private enum CommandFieldKind {
    case flag(CommandFlags.Flag)
    case group(any ParsableArguments.Type)
}

extension CommandField {
    fileprivate var group: (any ParsableArguments)? { nil }
    fileprivate var isShownAsTyped: Bool { false }
}

extension Option: CommandField {
    fileprivate static var kind: CommandFieldKind? {
        .flag(
            .init(
                takesValue: true,
                isRepeated: Value.self is any RangeReplaceableCollection.Type
                    && Value.self != String.self,
                type: Value.self as? any SettingValue.Type))
    }

    fileprivate var setting: JSONValue? {
        guard let value = (wrappedValue as? any SettingValue)?.setting else { return nil }
        return if case .null = value { nil } else { value }
    }

    fileprivate var isShownAsTyped: Bool {
        switch setting {
        case .array, .bool: false
        default: !(wrappedValue is any PathArgument)
        }
    }
}

extension ArgumentParser.Flag: CommandField {
    fileprivate static var kind: CommandFieldKind? {
        .flag(.init(takesValue: false, isRepeated: false))
    }

    fileprivate var setting: JSONValue? { wrappedValue as? Bool == true ? .bool(true) : nil }
}

extension OptionGroup: CommandField {
    fileprivate static var kind: CommandFieldKind? { .group(Value.self) }
    fileprivate var setting: JSONValue? { nil }
    fileprivate var group: (any ParsableArguments)? { wrappedValue }
}
