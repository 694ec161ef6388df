import Foundation

/// Memory of this process, as the kernel counts it.
public enum ProcessMemory {
    /// Bytes in memory now, mapped files included.
    public static func residentBytes() throws -> Int { try bytes(of: "VmRSS") }

    /// Bytes in memory at most since the start or since `resetPeak()`.
    public static func peakResidentBytes() throws -> Int { try bytes(of: "VmHWM") }

    /// Resets the peak to the memory in use now (proc(5), clear_refs).
    public static func resetPeak() throws {
        do {
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: clearing))
            try handle.write(contentsOf: Data("5".utf8))
            try handle.close()
        } catch {
            throw FileError(path: clearing, problem: "cannot be written: \(error)")
        }
    }

    /// Bytes that can still be had without others losing theirs: the machine's, or fewer where the
    /// process's control group allows fewer.
    public static func availableBytes() throws -> Int {
        let machine = try bytes(of: "MemAvailable", in: "/proc/meminfo")
        func group(_ name: String) -> Int? {
            (try? String(contentsOfFile: "/sys/fs/cgroup/" + name, encoding: .utf8))
                .flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        }
        guard let limit = group("memory.max"), let used = group("memory.current") else {
            return machine
        }
        // The kernel frees inactive file cache on demand.
        let cached =
            (try? String(contentsOfFile: "/sys/fs/cgroup/memory.stat", encoding: .utf8))?
            .split(separator: "\n").first { $0.hasPrefix("inactive_file ") }
            .flatMap { Int($0.dropFirst("inactive_file ".count)) } ?? 0
        return min(machine, max(0, limit - used + cached))
    }

    private static let clearing = "/proc/self/clear_refs"
    private static let figures = "/proc/self/status"

    private static func bytes(of name: String, in figures: String = figures) throws -> Int {
        let text = try String(contentsOfFile: figures, encoding: .utf8)
        for line in text.split(separator: "\n") where line.hasPrefix(name + ":") {
            let words = line.split(whereSeparator: \.isWhitespace)
            if words.count == 3, words[2] == "kB", let count = Int(words[1]) { return count * 1024 }
        }
        throw FileError(path: figures, problem: "has no line '\(name): … kB'")
    }
}
