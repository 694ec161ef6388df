import Foundation
import Synchronization

/// A request, and where the outcome goes.
final class Transfer: Sendable {
    struct Request: Sendable {
        let url: String
        /// "Name: value"
        let headers: [String]
        /// Is sent by POST; nil sends nothing, by GET.
        let body: Data?
        let timeoutSeconds: Double
        /// Whether it goes through the proxies that the environment names.
        let takesProxies: Bool
    }

    typealias Outcome = Result<HTTPClient.Reply, HTTPClient.NoReply>

    let request: Request
    private let outcome: AsyncStream<Outcome>.Continuation
    private let over = Atomic(false)

    init(_ request: Request, to outcome: AsyncStream<Outcome>.Continuation) {
        self.request = request
        self.outcome = outcome
        outcome.onTermination = { [weak self] _ in self?.over.store(true, ordering: .relaxed) }
    }

    /// Whether nobody waits for the outcome any more.
    var isOver: Bool { over.load(ordering: .relaxed) }

    func end(_ outcome: Outcome) {
        self.outcome.yield(outcome)
        self.outcome.finish()
    }

    func cancel() { outcome.finish() }
}

/// Threads that carry out transfers, each one at a time over a connection of its own.
///
/// libcurl blocks the thread that calls it, so Swift's own threads do not.
final class TransferThreads: Sendable {
    private struct State {
        var waiting: [Transfer] = []
        var running: [Transfer] = []
        var threadCount = 0
        /// Threads without a transfer.
        var idleCount = 0
        var isClosed = false
    }

    private let limit: Int
    private let state = Mutex(State())
    /// Counts waiting transfers, and on closing the threads.
    private let arrivals = DispatchSemaphore(value: 0)

    /// - Parameter limit: threads at most; they start when they are needed
    init(limit: Int) { self.limit = limit }

    /// Ends all threads, within a second, and their transfers.
    func close() {
        let (transfers, threadCount) = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [] }
            return (state.waiting + state.running, state.threadCount)
        }
        for transfer in transfers { transfer.cancel() }
        for _ in 0..<threadCount { arrivals.signal() }
    }

    /// Waits for a thread, then for the outcome. When cancelled it waits no longer, and the thread ends
    /// the transfer with the next bytes that come, within a second if none do.
    ///
    /// - Throws: `HTTPClient.NoReply`, or `CancellationError` when cancelled or closed.
    func reply(to request: Transfer.Request) async throws -> HTTPClient.Reply {
        let (outcomes, outcome) = AsyncStream<Transfer.Outcome>.makeStream()
        add(Transfer(request, to: outcome))
        for await outcome in outcomes { return try outcome.get() }
        throw CancellationError()
    }

    private func add(_ transfer: Transfer) {
        let (isClosed, needsThread) = state.withLock { state in
            guard !state.isClosed else { return (true, false) }
            state.waiting.append(transfer)
            guard state.waiting.count > state.idleCount, state.threadCount < limit else {
                return (false, false)
            }
            state.threadCount += 1
            state.idleCount += 1
            return (false, true)
        }
        if isClosed { return transfer.cancel() }
        if needsThread { Thread.detachNewThread { self.work() } }
        arrivals.signal()
    }

    private func work() {
        // Signals are for other threads; SIGPIPE tells only what libcurl sees itself.
        var signals = sigset_t()
        sigfillset(&signals)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let handle = CurlHandle()
        while let transfer = next() {
            let outcome = handle.outcome(of: transfer)
            // This comes first; otherwise an immediate next request would get another connection.
            state.withLock { state in
                state.running.removeAll { $0 === transfer }
                state.idleCount += 1
            }
            transfer.end(outcome)
        }
    }

    /// Waits for a transfer; nil on closing.
    private func next() -> Transfer? {
        arrivals.wait()
        return state.withLock { state in
            guard !state.waiting.isEmpty else { return nil }
            let transfer = state.waiting.removeFirst()
            state.running.append(transfer)
            state.idleCount -= 1
            return transfer
        }
    }
}
