import Foundation

/// What a process that reads damaged files may use; the kernel ends it when it takes more.
enum ChildLimits {
    /// Above the memory that the process has mapped when the limits are set.
    private static let memoryBytes: UInt = 1 << 30
    private static let secondsPerInput = 10
    private static let secondsPerBatch: UInt32 = 500

    /// Limits memory, and the time of the clock for everything that follows.
    static func set() throws {
        let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
            .split(separator: " ").first.flatMap { UInt($0) }
        guard let pages else { throw CocoaError(.fileReadCorruptFile) }
        let bytes = pages * UInt(sysconf(Int32(_SC_PAGESIZE))) + memoryBytes
        var limit = rlimit(rlim_cur: bytes, rlim_max: bytes)
        guard setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else {
            throw CocoaError(.featureUnsupported)
        }
        alarm(secondsPerBatch)
    }

    /// Limits the processor time of the next input.
    static func startInput() {
        var timer = itimerval()
        timer.it_value.tv_sec = secondsPerInput
        setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &timer, nil)
    }
}
