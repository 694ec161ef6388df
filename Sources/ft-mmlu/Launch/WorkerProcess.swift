import Basics
import Experiments
import Foundation

/// A process of this program that computes cells of a study, and the files that report its state.
final class WorkerProcess {
    let number: Int
    let device: String
    private let process = Process()
    private let worker: Worker

    /// The cell that the worker computes; nil where it computes none.
    var cell: String? { worker.cell }

    /// The file with the worker's output, on standard error.
    var log: String { worker.log }

    /// - Parameters:
    ///   - arguments: those of the program, without the worker's own
    ///   - study: the study's folder
    /// - Throws: `FileError` where its files cannot be written.
    init(_ number: Int, on device: String, _ arguments: [String], study: String) throws {
        self.number = number
        self.device = device
        worker = Worker(number: number, study: study)
        let output = try worker.begin()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = arguments + ["--device", device, "--worker", "\(number)"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
    }

    var isRunning: Bool { process.isRunning }

    /// The exit status; 128 plus the signal's number where a signal ended it.
    var status: Int32 {
        process.terminationReason == .exit
            ? process.terminationStatus : 128 + process.terminationStatus
    }

    /// "worker 0 on cpu ended with status 137"
    var death: String { "worker \(number) on \(device) ended with status \(status)" }

    func send(_ signal: Int32) { if process.isRunning { kill(process.processIdentifier, signal) } }

    /// The last line of the worker's output.
    var lastWords: String {
        let text =
            (try? InputFile.contents(of: log))
            .map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.split(whereSeparator: \.isNewline).last.map(String.init) ?? "nothing"
    }
}
