import Basics
import Experiments
import Foundation

/// A flag whose value ArgumentParser could not read.
enum InvalidFlag {
    /// An error that states the valid values of the flag's setting, as its config defines them. nil
    /// where a message is about something else.
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
        } catch let error as UsageError {
            return error
        } catch { return nil }
        return UsageError(
            "--\(name) \(value): <\(match.kind ?? "value")> is needed; --help says more")
    }
}
