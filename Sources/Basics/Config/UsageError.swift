/// Wrong flags or configuration: the program ends with status 64.
public struct UsageError: Error, Hashable, CustomStringConvertible, Sendable {
    public let message: String

    public init(_ message: String) { self.message = message }

    public var description: String { message }
}
