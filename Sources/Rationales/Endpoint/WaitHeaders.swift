import Basics
import Foundation

/// Reads from a server's headers when it accepts the next request.
enum WaitHeaders {
    /// Seconds to wait before the next request; nil where the headers do not say.
    ///
    /// `Retry-After` contains seconds or a date (RFC 9110, 10.2.3), `retry-after-ms` milliseconds.
    /// Of OpenAI's `x-ratelimit-…`, `reset` counts where `remaining` is 0.
    static func seconds(_ headers: [String: String], now: Date) -> Double? {
        wanted(headers, now: now).map { min($0, longest) }
    }

    /// Any longer wait is the same to us, and larger numbers are no durations.
    private static let longest = 1e9

    private static func wanted(_ headers: [String: String], now: Date) -> Double? {
        if let text = headers["retry-after-ms"], let wait = Double(text), wait >= 0, wait.isFinite {
            return wait / 1000
        }
        if let text = headers["retry-after"], let wait = retryAfter(text, now: now) { return wait }
        let resets = ["requests", "tokens"].compactMap { kind -> Double? in
            guard let left = headers["x-ratelimit-remaining-\(kind)"], Double(left) == 0,
                let reset = headers["x-ratelimit-reset-\(kind)"]
            else { return nil }
            return duration(reset)
        }
        return resets.max()
    }

    private static func retryAfter(_ text: String, now: Date) -> Double? {
        if let seconds = Double(text.trimmed), seconds >= 0, seconds.isFinite {
            return seconds
        }
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return formatter.date(from: text.trimmed).map {
            max(0, $0.timeIntervalSince(now))
        }
    }

    /// Seconds of "20ms", "1.5s", "6m0s" or "1h2m3s"; a bare number is seconds.
    static func duration(_ text: String) -> Double? {
        if let seconds = Double(text) { return seconds >= 0 && seconds.isFinite ? seconds : nil }
        let units = ["ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400]
        var sum = 0.0
        var rest = Substring(text)
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let value = Double(number), let factor = units[String(unit)] else { return nil }
            sum += value * factor
        }
        return sum
    }
}
