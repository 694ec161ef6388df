import Basics
import Foundation

/// The program that draws.
public struct Gnuplot: Sendable {
    let path: String

    /// - Parameter folders: where to look
    /// - Throws: `PlotError` where there is no gnuplot.
    public init(in folders: [String] = SearchPath.folders) throws {
        guard let path = SearchPath.program("gnuplot", in: folders) else {
            throw PlotError(
                "gnuplot: is not on PATH, so no picture was drawn; install it (Debian: gnuplot-nox) "
                    + "and run the .gp file, which is written with its data")
        }
        self.path = path
    }

    /// Runs a script in its folder.
    ///
    /// - Parameter name: of the script in messages; nil: its path
    /// - Throws: `PlotError` with gnuplot's own words when it fails.
    public func run(_ script: String, in folder: String, named name: String? = nil) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        // Settings of no file, neither the user's nor one in the current folder.
        process.arguments = ["-d", script]
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        let errors = Pipe()
        process.standardOutput = FileHandle.nullDevice
        process.standardError = errors
        try process.run()
        let words = String(
            decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let line = words.split(whereSeparator: \.isNewline).last.map(String.init) ?? "no words"
            throw PlotError(
                "\(name ?? "\(folder)/\(script)"): gnuplot ended with status \(process.terminationStatus): "
                    + line.trimmingCharacters(in: .whitespaces))
        }
    }
}

/// A picture that could not be drawn.
public struct PlotError: MessageError {
    public let message: String

    init(_ message: String) { self.message = message }
}
