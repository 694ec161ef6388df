import Foundation

/// A refusal to make a part of the built-in world.
public struct PocketError: Error, Hashable, Sendable, CustomStringConvertible,
    LocalizedError
{
    public let description: String
    public var errorDescription: String? { description }

    init(_ description: String) { self.description = description }
}
