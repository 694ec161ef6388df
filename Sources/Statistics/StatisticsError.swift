import Foundation

/// A rejected input: what was attempted, what was found, what was expected.
public struct StatisticsError: Error, Hashable, Sendable, CustomStringConvertible, LocalizedError {
    public let message: String

    init(_ message: String) { self.message = message }

    public var description: String { message }
    public var errorDescription: String? { message }
}
