import Studies

/// Shows what a sweep tells, and stops it when a signal came.
final class SweepProgress {
    private let isQuiet: Bool
    private let study: StudyProgress
    private var isWaiting = false
    private var notices: Set<String> = []

    /// - Parameter opening: a line before all others
    init(opening: String?, isQuiet: Bool) {
        self.isQuiet = isQuiet
        study = StudyProgress(opening: opening, isQuiet: isQuiet)
    }

    func show(_ event: SweepEvent) throws {
        try Signals.check()
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
