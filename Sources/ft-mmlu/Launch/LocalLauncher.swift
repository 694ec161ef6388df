import Experiments
import Foundation

/// Distributes a study's cells among processes of this machine.
struct LocalLauncher {
    let sweep: Sweep
    /// The command that resumes the study, and its flags.
    let arguments: [String]
    let devices: [String]
    /// The command that resumes the study, for messages.
    let continuation: String
    let isQuiet: Bool

    /// A cell is given up after this many deaths of workers.
    private static let cellDeathLimit = 3
    /// A worker is not started again after this many deaths without a cell.
    private static let idleDeathLimit = 2

    /// Computes all remaining cells.
    ///
    /// - Throws: the stop that a signal requests, after every worker has ended; `LaunchFailure`
    ///   when cells are left and no worker can run.
    func work() throws {
        let total = sweep.slots.count
        var progress = Progress(
            "\(devices.count) workers", total: total, from: total - (try sweep.rest().count),
            isQuiet: isQuiet)
        var workers = try devices.enumerated().map { try start($0.offset, on: $0.element) }
        defer { for worker in workers { worker.send(SIGTERM) } }
        var deaths: [String: Int] = [:]
        var lastDeath = "every worker has ended"
        var shown = -1
        while !workers.isEmpty {
            do { try Signals.check() } catch let stop as StoppedBySignal {
                end(workers, stop.signal)
                throw stop
            }
            usleep(100_000)
            for worker in workers where !worker.isRunning {
                workers.removeAll { $0 === worker }
                // 0 means that nothing is left. After a signal from here the status would not be
                // checked.
                guard worker.status != 0, try sweep.rest().count > 0 else { continue }
                lastDeath = "\(worker.death): \(worker.lastWords) (\(worker.log))"
                if try mourn(worker, &deaths) {
                    workers.append(try start(worker.number, on: worker.device))
                }
            }
            let done = total - (try sweep.rest().count)
            if done < total || shown < total { progress.show(done, cells(of: workers)) }
            shown = done
        }
        let rest = try sweep.rest().count
        guard rest == 0 else {
            throw LaunchFailure(
                description:
                    "\(rest) of \(total) cells are not done, and no worker is left; \(lastDeath); go "
                    + "on with: \(continuation)")
        }
    }

    private func start(_ number: Int, on device: String) throws -> WorkerProcess {
        try WorkerProcess(number, on: device, arguments, study: sweep.folder.path)
    }

    /// Reports that a worker died, and gives its cell up after too many deaths. The restarted
    /// worker and the others take over the cells that it leaves.
    ///
    /// - Returns: whether it is to be started again
    private func mourn(_ worker: WorkerProcess, _ deaths: inout [String: Int]) throws -> Bool {
        guard let cell = worker.cell else {
            let key = "worker \(worker.number)"
            deaths[key, default: 0] += 1
            let isAgain = deaths[key, default: 0] < Self.idleDeathLimit
            note(
                "\(worker.death) before it took a cell, and is "
                    + (isAgain ? "started again" : "not started again") + ": \(worker.lastWords)")
            return isAgain
        }
        deaths[cell, default: 0] += 1
        if deaths[cell, default: 0] >= Self.cellDeathLimit {
            try sweep.giveUp(
                on: cell,
                cause: "\(Self.cellDeathLimit) workers died at it; the last ended with status "
                    + "\(worker.status): \(worker.lastWords)")
            note("\(worker.death); \(cell) is given up")
        } else {
            note("\(worker.death); \(cell) is taken up again")
        }
        return true
    }

    /// Forwards a signal, and waits: workers save the state of their cells.
    private func end(_ workers: [WorkerProcess], _ signal: Int32) {
        for worker in workers { worker.send(signal) }
        while workers.contains(where: \.isRunning) { usleep(20_000) }
    }

    private func cells(of workers: [WorkerProcess]) -> String {
        workers.compactMap(\.cell).joined(separator: ", ")
    }

    private func note(_ line: String) { if !isQuiet { Terminal.note(line) } }
}

/// The reason why a study's cells cannot be distributed.
struct LaunchFailure: Error, CustomStringConvertible {
    let description: String
}
