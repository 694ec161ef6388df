import Studies

/// Shows what a sweep tells, and stops it when a signal came.
final class SweepProgress {
    private let isQuiet: Bool
    private let study: StudyProgress
    private var isWaiting = false
    private var notices: Set<String> = []
    private let worker: Worker?

    /// - Parameters:
    ///   - opening: a line before all others
    ///   - worker: what this process is to the one that watches it; nil where none does
    init(opening: String?, isQuiet: Bool, worker: Worker? = nil) {
        self.worker = worker
        self.isQuiet = isQuiet
        study = StudyProgress(opening: opening, isQuiet: isQuiet)
    }

    func show(_ event: SweepEvent) throws {
        try Signals.check()
        try worker?.checkWatcher()
        switch event {
        case .study(.notice(let text)):
            // What is true of every cell is said once.
            guard notices.insert(text).inserted else { return }
            try study.show(.notice(text))
        case .study(.memory):
            try Signals.check()
        case .study(let event):
            isWaiting = false
            try study.show(event)
        case .cell(let name, let number, let count):
            isWaiting = false
            try worker?.take(name)
            try study.show(.notice("cell \(number) of \(count): \(name)"))
        case .failed(let name, let failure):
            try study.show(.notice("\(name) failed: \(failure.cause)"))
        case .waiting:
            if !isWaiting {
                try study.show(.notice("waiting for cells that other processes are at"))
            }
            isWaiting = true
        }
    }
}
