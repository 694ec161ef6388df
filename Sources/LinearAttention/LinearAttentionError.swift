import Foundation

/// A failure: what was attempted, what was found, what would have been correct.
public struct LinearAttentionError: Error, Hashable, Sendable, CustomStringConvertible,
    LocalizedError
{
    public let message: String

    init(_ message: String) { self.message = message }

    public var description: String { message }
    public var errorDescription: String? { message }
}
