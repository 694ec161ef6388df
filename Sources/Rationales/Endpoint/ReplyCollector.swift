import Foundation
import FoundationNetworking
import Synchronization

/// Puts the replies to a session's requests together, and follows no redirection: a redirected
/// request would carry the key to another place. The redirection itself is the reply.
///
/// Foundation's own `data(for:)` follows them whatever its delegate says (Swift 6.3, Linux).
final class ReplyCollector: NSObject, URLSessionDataDelegate {
    typealias Whole = (body: Data, response: URLResponse?)

    private struct Open {
        var body = Data()
        var isTooLong = false
        /// Connections that were shut down before it began.
        let floodCount: Int
        let continuation: CheckedContinuation<Whole, any Error>
    }

    /// By the tasks' identifiers.
    private let open = Mutex<[Int: Open]>([:])
    private let flood = FloodWatch(limit: longestBody)

    /// Bytes of a body, beyond which nothing more is kept: no rationale is that long.
    static let longestBody = 16_000_000

    /// The reply is longer than any that is of use.
    struct TooLong: Error {}

    /// Starts a task and waits until it ends.
    ///
    /// - Throws: `URLError`, `TooLong`
    func reply(to task: URLSessionDataTask) async throws -> Whole {
        flood.begin()
        let watch = watch(task)
        defer {
            watch.cancel()
            flood.end()
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                open.withLock {
                    $0[task.taskIdentifier] =
                        Open(floodCount: flood.floodCount, continuation: continuation)
                }
                task.resume()
            }
        } onCancel: {
            cancel(task)
        }
    }

    /// Ends a task that has received too much, whether or not its delegate has heard of it: Foundation
    /// keeps the body of a redirection to itself, and hands over others later than it receives them.
    private func watch(_ task: URLSessionDataTask) -> any DispatchSourceTimer {
        let progress = task.progress
        let watch = DispatchSource.makeTimerSource()
        watch.setEventHandler { [weak self] in
            if progress.completedUnitCount > Self.longestBody { self?.end(task) }
        }
        watch.schedule(deadline: .now() + 0.01, repeating: 0.01)
        watch.resume()
        return watch
    }

    private func end(_ task: URLSessionDataTask) {
        let isFirst = open.withLock { open in
            guard open[task.taskIdentifier]?.isTooLong == false else { return false }
            open[task.taskIdentifier]?.isTooLong = true
            return true
        }
        if isFirst { cancel(task) }
    }

    /// Waits for nothing: `URLSessionTask.cancel` waits for the session, which waits for its delegate.
    private func cancel(_ task: URLSessionDataTask) {
        let url = task.originalRequest?.url
        let port = url?.port ?? (url?.scheme == "http" ? 80 : 443)
        let isTooLong = open.withLock { $0[task.taskIdentifier]?.isTooLong == true }
        DispatchQueue.global().async {
            if isTooLong { FloodWatch.stop(port: port) }
            task.cancel()
        }
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let isTooLong = open.withLock { open in
            guard let held = open[dataTask.taskIdentifier]?.body.count else { return false }
            guard held + data.count <= Self.longestBody else { return true }
            open[dataTask.taskIdentifier]?.body.append(data)
            return false
        }
        if isTooLong { end(dataTask) }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
    ) {
        guard let ended = open.withLock({ $0.removeValue(forKey: task.taskIdentifier) }) else {
            return
        }
        // A connection that was shut down is an error to its task, which does not know why.
        if ended.isTooLong || error != nil && flood.floodCount > ended.floodCount {
            ended.continuation.resume(throwing: TooLong())
        } else if let error {
            ended.continuation.resume(throwing: error)
        } else {
            ended.continuation.resume(returning: (ended.body, task.response))
        }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask,
        willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
        completionHandler: @escaping (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }
}
