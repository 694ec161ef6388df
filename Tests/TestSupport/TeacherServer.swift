import Foundation

/// The tests' teacher's server (`Tests/TeacherServer`), running until this is let go.
public final class TeacherServer {
    /// Where its log and its port stand.
    public let folder: String
    private let process = Process()
    private let input = Pipe()

    /// A line of the server's log.
    public struct Request: Decodable, Sendable {
        /// "philosophy test 3"
        public let question: String
        public let reaction: String
        /// The header `Authorization`.
        public let key: String
        public let model: String
        public let hint: String
        public let limit: String
        public let temperature: String
        public let system: String
        public let text: String
        public let time: String

        public var seconds: Double { Double(time) ?? .nan }
    }

    /// - Parameters:
    ///   - questions: JSON lines of the questions that it can answer, with their rationales
    ///   - arguments: how it misbehaves
    ///   - folder: a new folder in which it keeps its log
    public init(
        _ arguments: [String] = [], questions: String = Fixture.pocket + "/rationales.jsonl",
        in folder: String
    ) throws {
        self.folder = folder
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try? FileManager.default.removeItem(atPath: folder + "/port")
        let place = URL(fileURLWithPath: Program.path).deletingLastPathComponent()
        process.executableURL = place.appendingPathComponent("teacher-server")
        process.arguments = [questions, folder] + arguments
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.standardError
        try process.run()
        let limit = ContinuousClock.now + .seconds(30)
        while !FileManager.default.fileExists(atPath: folder + "/port"), process.isRunning,
            ContinuousClock.now < limit
        {
            usleep(5_000)
        }
    }

    deinit { stop() }

    public func stop() {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    public func baseURL() throws -> String {
        let port = try String(contentsOfFile: folder + "/port", encoding: .utf8)
        return "http://127.0.0.1:\(port)/v1"
    }

    /// What it was asked so far, in order.
    public func requests() throws -> [Request] {
        let decoder = JSONDecoder()
        return try String(contentsOfFile: folder + "/log.jsonl", encoding: .utf8)
            .split(separator: "\n").map { try decoder.decode(Request.self, from: Data($0.utf8)) }
    }
}
