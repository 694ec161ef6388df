import Experiments

/// Shows what a sweep tells, and stops it when a signal came.
final class SweepProgress {
    private let isQuiet: Bool
    private let study: RunProgress
    private var isWaiting = false
    private var notices: Set<String> = []
    private let worker: Worker?
    private var start: ContinuousClock.Instant?
    /// Cells that this process has ended.
    private var leftCount = 0

    /// - Parameters:
    ///   - opening: a line before all others
    ///   - worker: what this process is to the one that watches it; nil where none does
    init(opening: String?, isQuiet: Bool, worker: Worker? = nil) {
        self.worker = worker
        self.isQuiet = isQuiet
        study = RunProgress(opening: opening, isQuiet: isQuiet)
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
            let rest = rest(of: count - number)
            try study.show(.notice("cell \(number) of \(count): \(name)\(rest)"))
        case .left:
            leftCount += 1
            worker?.leave()
        case .failed(let name, let failure):
            try study.show(.notice("\(name) failed: \(failure.cause)"))
        case .waiting:
            if !isWaiting {
                try study.show(.notice("waiting for cells that other processes are at"))
            }
            isWaiting = true
        }
    }

    /// ", about 3 min 05 s left", by the cells so far; nothing before there is one, and where others do
    /// cells too.
    private func rest(of count: Int) -> String {
        let start = start ?? .now
        self.start = start
        guard worker == nil, leftCount > 0 else { return "" }
        let pace = (ContinuousClock.now - start) / .seconds(1) / Double(leftCount)
        return ", about \(Duration.text(pace * Double(count))) left"
    }
}
