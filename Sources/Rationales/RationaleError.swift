import Foundation

/// A refusal: what was attempted, what was found, what would have been right.
public struct RationaleError: Error, Hashable, Sendable, CustomStringConvertible, LocalizedError {
    public let message: String

    public init(_ message: String) { self.message = message }

    public var description: String { message }
    public var errorDescription: String? { message }
}
