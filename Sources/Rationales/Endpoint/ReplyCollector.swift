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
        let continuation: CheckedContinuation<Whole, any Error>
    }

    /// By the tasks' identifiers.
    private let open = Mutex<[Int: Open]>([:])

    /// Bytes of a body, beyond which nothing more is read: no rationale is that long.
    private static let longestBody = 16_000_000

    /// Starts a task and waits until it ends.
    ///
    /// - Throws: `URLError`
    func reply(to task: URLSessionDataTask) async throws -> Whole {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                open.withLock { $0[task.taskIdentifier] = Open(continuation: continuation) }
                task.resume()
            }
        } onCancel: {
            task.cancel()
        }
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let isTooLong = open.withLock { open in
            open[dataTask.taskIdentifier]?.body.append(data)
            return (open[dataTask.taskIdentifier]?.body.count ?? 0) > Self.longestBody
        }
        if isTooLong { dataTask.cancel() }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
    ) {
        guard let ended = open.withLock({ $0.removeValue(forKey: task.taskIdentifier) }) else {
            return
        }
        if let error {
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
