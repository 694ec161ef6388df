import Foundation

/// A part of the built-in world that cannot be made.
public struct PocketError: Error, Hashable, Sendable, CustomStringConvertible,
    LocalizedError
{
    public let description: String
    public var errorDescription: String? { description }

    init(_ description: String) { self.description = description }
}
