import Experiments

/// Shows the events of a sweep, and stops it when a signal came.
final class SweepProgress {
    private let isQuiet: Bool
    private let study: RunProgress
    private var isWaiting = false
    private var notices: Set<String> = []
    private let worker: Worker?
    private var start: ContinuousClock.Instant?
    /// The number of cells that this process has finished.
    private var leftCount = 0

    /// - Parameters:
    ///   - opening: a line before all others
    ///   - worker: this process as a worker of a launcher; nil where no launcher watches it
    init(opening: String?, isQuiet: Bool, worker: Worker? = nil) {
        self.worker = worker
        self.isQuiet = isQuiet
        study = RunProgress(opening: opening, isQuiet: isQuiet)
    }

    func show(_ event: SweepEvent) throws {
        try Signals.check()
        try worker?.checkWatcher()
        switch event {
        case .run(.notice(let text)):
            // A notice that is true of every cell is shown once.
            guard notices.insert(text).inserted else { return }
            try study.show(.notice(text))
        case .run(.memory):
            try Signals.check()
        case .run(let event):
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

    /// ", about 3 min 05 s left", estimated from the cells so far. Empty before the first cell is
    /// done, and where other processes compute cells too.
    private func rest(of count: Int) -> String {
        let start = start ?? .now
        self.start = start
        guard worker == nil, leftCount > 0 else { return "" }
        let pace = (ContinuousClock.now - start) / .seconds(1) / Double(leftCount)
        return ", about \(Duration.text(pace * Double(count))) left"
    }
}
