/// A file from outside that cannot be used, or one that cannot be written.
public struct FileError: Error, CustomStringConvertible, Sendable {
    public let path: String
    /// The problem, as the rest of a sentence that begins with the path.
    public let problem: String
    /// What was expected; empty when that is plain.
    public let remedy: String

    public init(path: String, problem: String, remedy: String = "") {
        self.path = path
        self.problem = problem
        self.remedy = remedy
    }

    public var description: String {
        "\(path): \(problem)" + (remedy.isEmpty ? "" : "; \(remedy)")
    }
}
