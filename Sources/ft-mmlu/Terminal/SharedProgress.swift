import Synchronization

/// Progress of work on several threads; stops it when a signal came.
final class SharedProgress: Sendable {
    private let progress: Mutex<Progress>

    init(_ title: String, total: Int, isQuiet: Bool) {
        progress = Mutex(Progress(title, total: total, isQuiet: isQuiet))
    }

    func show(_ done: Int) throws {
        try Signals.check()
        progress.withLock { $0.show(done, "iterations") }
    }
}
