import Basics
import Foundation
import Plots
import Torch
import Tracking

/// Checks the folders for results, and the program that draws them.
struct PlaceChecks {
    /// A folder that runs are written into; it need not exist yet.
    let output: String
    /// The file that keeps the results of all runs; it need not exist yet.
    let store: String

    var findings: [Finding] {
        [.of("disk", disk), .of("store", stored), .of("gnuplot", gnuplot)]
    }

    private func stored() throws -> Finding {
        guard FileManager.default.fileExists(atPath: store) else {
            return .ok("store", "\(store): not there yet; the first run makes it")
        }
        let count = try Store(reading: store).runs().count
        return .ok("store", "\(store): \(count) \(count == 1 ? "run" : "runs")")
    }

    private func disk() throws -> Finding {
        let manager = FileManager.default
        var place = URL(fileURLWithPath: output).standardizedFileURL
        while !manager.fileExists(atPath: place.path), place.path != "/" {
            place.deleteLastPathComponent()
        }
        var facts = statvfs()
        guard statvfs(place.path, &facts) == 0 else {
            throw FileError(
                path: place.path,
                problem: "cannot be looked at: \(String(cString: strerror(errno)))")
        }
        if let reason = AtomicFile.obstacle(in: place.path) {
            return .failed(
                "disk", "\(output): nothing can be written there: \(reason)",
                remedy: "name another folder by --output")
        }
        let free = Int(nearest: Double(facts.f_bavail) * Double(facts.f_frsize))
        let text = "\(output): can be written, \(Size.text(free)) free"
        return free < Self.littleSpace
            ? .warning("disk", text, remedy: "free some, or name another folder by --output")
            : .ok("disk", text)
    }

    /// Enough for some hundred runs of the built-in world.
    private static let littleSpace = 1_000_000_000

    /// Draws a line in both formats.
    private func gnuplot() throws -> Finding {
        guard let gnuplot = try? Gnuplot() else {
            return .warning(
                "gnuplot", "is not on PATH",
                remedy: "install it (Debian: gnuplot-nox); without it figures are data and scripts")
        }
        let script = ["svg", "pdfcairo"].map {
            "set terminal \($0)\nset output 'line.\($0)'\nplot 0\n"
        }
        do {
            try TemporaryFolder.with { folder in
                try AtomicFile.write(script.joined(), to: folder + "/line.gp")
                try gnuplot.run("line.gp", in: folder)
            }
        } catch {
            return .warning(
                "gnuplot", "\(error)",
                remedy: "figures are data and scripts until it draws SVG and PDF")
        }
        return .ok("gnuplot", "draws SVG and PDF")
    }
}
