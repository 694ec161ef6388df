internal import CTorch

/// A failure in libtorch, with libtorch's message.
public struct TorchError: Error, CustomStringConvertible, Sendable {
    /// The kinds of failure that a caller may distinguish.
    public enum Kind: Sendable {
        case failed
        /// A sweep may record this one and continue.
        case outOfMemory
    }

    public let kind: Kind
    /// The Swift function that was called.
    public let operation: String
    /// libtorch's message.
    public let message: String

    public init(kind: Kind = .failed, operation: String, message: String) {
        self.kind = kind
        self.operation = operation
        self.message = message
    }

    public var description: String { "\(operation): \(message)" }
}

/// Throws when `status` is a failure.
func check(_ status: ct_status, _ operation: String) throws(TorchError) {
    switch status {
    case .CT_OK: return
    case .CT_FAILED: throw lastError(.failed, operation)
    case .CT_OUT_OF_MEMORY: throw lastError(.outOfMemory, operation)
    }
}

private func lastError(_ kind: TorchError.Kind, _ operation: String) -> TorchError {
    let words = String(cString: ct_last_error())
    let firstLine = words.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? words
    return TorchError(kind: kind, operation: operation, message: firstLine)
}
