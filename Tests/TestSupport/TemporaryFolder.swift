import Foundation

/// A new folder that is gone after `body`.
public func withTemporaryFolder(_ body: (URL) throws -> Void) throws {
    try Fixture.withTemporaryFolder { try body(URL(filePath: $0, directoryHint: .isDirectory)) }
}
