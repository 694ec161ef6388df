import Foundation

/// The built program, run from outside.
public struct Program {
    /// How a run ended, and what it said.
    public struct Ending: Sendable {
        /// The exit status; 128 and the signal's number more where a signal killed it.
        public let status: Int32
        public let output: String
        public let errors: String

        public var firstError: String {
            String(errors.split(separator: "\n", omittingEmptySubsequences: false).first ?? "")
        }

        public var lastError: String { String(errors.split(separator: "\n").last ?? "") }
    }

    /// Beside the running tests, where the same build put it.
    public static let path: String = {
        let tests = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folder = tests.map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
        let beside = folder?.appendingPathComponent("ft-mmlu").path ?? ""
        return FileManager.default.isExecutableFile(atPath: beside)
            ? beside : Fixture.repository.appendingPathComponent(".build/release/ft-mmlu").path
    }()

    private let process = Process()
    private let traces: String

    /// Starts it with one thread, outside any terminal.
    ///
    /// - Parameters:
    ///   - folder: its current folder
    ///   - input: what it reads from standard input
    ///   - variables: of its environment, beside this process's
    ///   - program: a copy of it elsewhere
    public init(
        _ arguments: [String], in folder: String, input: String = "",
        environment variables: [String: String] = [:], program: String = Self.path
    ) throws {
        traces = NSTemporaryDirectory() + "ft-mmlu-program-" + UUID().uuidString
        let manager = FileManager.default
        try manager.createDirectory(atPath: traces, withIntermediateDirectories: true)
        try Data(input.utf8).write(to: URL(fileURLWithPath: traces + "/input"))
        for name in ["output", "errors"] {
            try Data().write(to: URL(fileURLWithPath: traces + "/" + name))
        }
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        var environment = ProcessInfo.processInfo.environment
        environment["OMP_NUM_THREADS"] = "1"
        environment["COLUMNS"] = nil
        environment.merge(variables) { $1 }
        process.environment = environment
        let files = [
            FileHandle(forReadingAtPath: traces + "/input"),
            FileHandle(forWritingAtPath: traces + "/output"),
            FileHandle(forWritingAtPath: traces + "/errors"),
        ]
        process.standardInput = files[0]
        process.standardOutput = files[1]
        process.standardError = files[2]
        try Self.withAllSignals { try process.run() }
        // Foundation keeps them open, and its Process.run crashes with over a thousand open files.
        for file in files { try? file?.close() }
    }

    /// A child inherits the signals that are blocked, and threads of a pool block them all.
    private static func withAllSignals(_ body: () throws -> Void) rethrows {
        var none = sigset_t()
        var blocked = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &blocked)
        defer { pthread_sigmask(SIG_SETMASK, &blocked, nil) }
        try body()
    }

    public var isRunning: Bool { process.isRunning }

    public func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// Waits until it ends; what takes longer than a minute is killed.
    public func wait() throws -> Ending {
        let clock = ContinuousClock()
        let limit = clock.now + .seconds(60)
        while process.isRunning {
            if clock.now > limit { send(SIGKILL) }
            usleep(2_000)
        }
        defer { try? FileManager.default.removeItem(atPath: traces) }
        let status = process.terminationStatus
        return Ending(
            status: process.terminationReason == .exit ? status : 128 + status,
            output: try String(contentsOfFile: traces + "/output", encoding: .utf8),
            errors: try String(contentsOfFile: traces + "/errors", encoding: .utf8))
    }

    /// Runs it to its end.
    public static func run(
        _ arguments: [String], in folder: String, input: String = "",
        environment: [String: String] = [:], program: String = Self.path
    ) throws -> Ending {
        try Program(
            arguments, in: folder, input: input, environment: environment, program: program
        ).wait()
    }
}
