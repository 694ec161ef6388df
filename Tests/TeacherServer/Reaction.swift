import Benchmarks
import FlyingFox
import FlyingSocks
import Foundation

/// What a request may meet.
enum Reaction: String {
    case answer, wrong, truncated, refusal, filtered, empty, unreadable, several, bare, boxed
    /// The answer behind a think block, and nothing but one.
    case thinking, thought
    case limited = "429"
    case limitedWithSeconds = "429-seconds"
    case limitedWithDate = "429-date"
    case limitedForLong = "429-long"
    case quota, failing = "500", drop, half, chunkedHalf = "chunked-half", slow, stall, garbage
    case unauthorized, redirect, unknown = "404", bad = "400", exhausted, echo

    /// Those after which the same question may be answered.
    static let faults: [Reaction] = [
        .limited, .limited, .limitedWithSeconds, .failing, .failing, .drop, .half, .chunkedHalf,
        .slow, .garbage,
    ]

    func response(about row: RationaleRow, key: String, count: Int) -> HTTPResponse {
        let letter = row.question.answer
        let other = Letter.allCases[(letter.index + 1) % 4]
        let reasoning = row.rationale ?? "It is so."
        let right = "\(reasoning) The answer is \(letter.rawValue)."
        switch self {
        case .answer: return Self.completion(right)
        case .wrong: return Self.completion("\(reasoning) The answer is \(other.rawValue).")
        case .truncated: return Self.completion(String(right.dropLast(8)), finish: "length")
        case .refusal: return Self.completion("I'm sorry, but I can't help with that.")
        case .filtered: return Self.completion("", finish: "content_filter")
        case .empty: return Self.completion("  ")
        case .unreadable: return Self.completion("It could be anything.")
        case .several:
            return Self.completion(
                "\(reasoning) The answer is \(other.rawValue). Or rather, the answer is"
                    + " \(letter.rawValue).")
        case .thinking:
            return Self.completion(
                "<think>\nThe answer is \(other.rawValue). Or not.\n</think>\n\n\(right)")
        case .thought: return Self.completion("<think>\n\(right)\n</think>\n")
        case .bare: return Self.completion("The answer is \(letter.rawValue).")
        case .boxed: return Self.completion("\(reasoning)\n\n\\boxed{\(letter.rawValue)}")
        case .echo: return Self.completion("\(key) says: \(right)", model: "for \(key)")
        case .limited: return Self.problem(.tooManyRequests, "slow down, \(key)")
        case .limitedWithSeconds:
            return Self.problem(.tooManyRequests, "slow down", ["Retry-After": "1"])
        case .limitedWithDate:
            return Self.problem(.tooManyRequests, "slow down", ["Retry-After": Self.date(in: 2)])
        case .limitedForLong:
            return Self.problem(.tooManyRequests, "come back", ["Retry-After": "3600"])
        case .quota:
            return Self.problem(.tooManyRequests, "pay first, \(key)", code: "insufficient_quota")
        case .failing: return Self.problem(.internalServerError, "out of order")
        case .unauthorized:
            return Self.problem(.unauthorized, "Incorrect API key provided: \(key)")
        case .redirect:
            return HTTPResponse(
                statusCode: .found, headers: [.location: "http://127.0.0.1:9/v1/\(key)"])
        case .unknown: return Self.problem(.notFound, "no model for \(key)")
        case .bad: return Self.problem(.badRequest, "too long, \(key)")
        case .exhausted:
            return Self.completion(
                right,
                headers: [
                    "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "300ms",
                ])
        case .garbage:
            return HTTPResponse(statusCode: .ok, body: Data(#"{"choices": [{"mess"#.utf8))
        case .drop: return Self.partial(right, share: 0, pause: 0, isChunked: false)
        case .half: return Self.partial(right, share: 0.5, pause: 0, isChunked: false)
        case .chunkedHalf: return Self.partial(right, share: 0.5, pause: 0, isChunked: true)
        case .slow: return Self.partial(right, share: 1, pause: 0.02, isChunked: false)
        case .stall: return Self.partial(right, share: 1, pause: 1, isChunked: false)
        }
    }

    private static func json(_ text: String, finish: String, model: String) -> Data {
        let object: [String: Any] = [
            "id": "x", "object": "chat.completion", "model": model,
            "choices": [
                [
                    "index": 0, "finish_reason": finish,
                    "message": ["role": "assistant", "content": text],
                ]
            ],
            "usage": ["prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120],
        ]
        return (try? JSONSerialization.data(withJSONObject: object)) ?? Data()
    }

    private static func completion(
        _ text: String, finish: String = "stop", model: String = "teacher-1-0314",
        headers: [String: String] = [:]
    ) -> HTTPResponse {
        HTTPResponse(
            statusCode: .ok, headers: named(headers),
            body: json(text, finish: finish, model: model))
    }

    private static func problem(
        _ status: HTTPStatusCode, _ words: String, _ headers: [String: String] = [:],
        code: String = "some_code"
    ) -> HTTPResponse {
        let object = ["error": ["message": words, "type": "some_type", "code": code]]
        return HTTPResponse(
            statusCode: status, headers: named(headers),
            body: (try? JSONSerialization.data(withJSONObject: object)) ?? Data())
    }

    private static func named(_ headers: [String: String]) -> HTTPHeaders {
        HTTPHeaders(
            Dictionary(uniqueKeysWithValues: headers.map { (HTTPHeader($0.key), $0.value) }))
    }

    /// A share of an answer in pieces, and then the connection is cut unless that was all.
    private static func partial(
        _ text: String, share: Double, pause: Double, isChunked: Bool
    ) -> HTTPResponse {
        let data = json(text, finish: "stop", model: "teacher-1-0314")
        let pieces = Pieces(
            data: data, limit: Int(share * Double(data.count)), pause: pause)
        return HTTPResponse(
            statusCode: .ok,
            body: isChunked
                ? HTTPBodySequence(from: pieces)
                : HTTPBodySequence(from: pieces, count: data.count))
    }

    private static func date(in seconds: Double) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return formatter.string(from: Date().addingTimeInterval(seconds))
    }
}

/// Bytes that come a tenth at a time, and break off.
struct Pieces: AsyncBufferedSequence {
    typealias Element = UInt8

    let data: Data
    let limit: Int
    let pause: Double

    struct Broken: Error {}

    struct Iterator: AsyncBufferedIteratorProtocol {
        let pieces: Pieces
        var sent = 0

        mutating func next() async throws -> UInt8? { try await nextBuffer(suggested: 1)?.first }

        mutating func nextBuffer(suggested count: Int) async throws -> [UInt8]? {
            guard sent < pieces.limit else {
                if pieces.limit < pieces.data.count { throw Broken() }
                return nil
            }
            if pieces.pause > 0 { try await Task.sleep(for: .seconds(pieces.pause)) }
            let step = Swift.min(count, Swift.max(1, pieces.data.count / 10))
            let end = Swift.min(sent + step, pieces.limit)
            defer { sent = end }
            return Array(pieces.data[sent..<end])
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(pieces: self) }
}
