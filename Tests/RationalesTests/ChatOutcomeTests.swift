import Foundation
import Testing

@testable import Rationales

@Suite struct ChatOutcomeTests {
    private func outcome(
        _ status: Int, _ body: String = "", headers: [String: String] = [:],
        key: String = "sk-1234567890123"
    ) throws -> String {
        let outcome = ChatOutcome(
            HTTPClient.Reply(status: status, headers: headers, body: Data(body.utf8)),
            model: "asked-1", key: try APIKey(key, from: "here"), seconds: 2, now: Date())
        return switch outcome {
        case .replied(let reply):
            "replied \(reply.model), \(reply.end): \(reply.text)"
                + (reply.usage.map { " [\($0.prompt), \($0.completion)]" } ?? "")
        case .failed(let words, let pause, let mayCost):
            "failed, \(pause.map { "\($0) s" } ?? "-"), \(mayCost ? "may cost" : "free"): \(words)"
        case .lost(let words): "lost: \(words)"
        case .hopeless(let words): "hopeless: \(words)"
        }
    }

    private func choice(_ message: String, _ finish: String = "stop") -> String {
        #"{"model": "served-1", "choices": [{"message": \#(message), "finish_reason": "\#(finish)"}], "#
            + #""usage": {"prompt_tokens": 7, "completion_tokens": 3}}"#
    }

    @Test func `an answer is what the server says, with its tokens`() throws {
        #expect(
            try outcome(200, choice(#"{"content": "Yes. The answer is C."}"#))
                == "replied served-1, complete: Yes. The answer is C. [7, 3]")
        #expect(
            try outcome(200, choice(#"{"content": "Yes."}"#, "length"))
                == "replied served-1, truncated: Yes. [7, 3]")
        #expect(
            try outcome(200, choice(#"{"content": null}"#, "content_filter"))
                == "replied served-1, refused:  [7, 3]")
        #expect(
            try outcome(200, choice(#"{"content": null, "refusal": "No."}"#))
                == "replied served-1, refused: No. [7, 3]")
        #expect(
            try outcome(200, #"{"choices": [{"message": {"content": "x"}}]}"#)
                == "replied asked-1, complete: x")
    }

    @Test func `the key is taken out of all that a server says`() throws {
        #expect(
            try outcome(200, choice(#"{"content": "sk-1234567890123 is it."}"#))
                == "replied served-1, complete: (key) is it. [7, 3]")
        #expect(
            try outcome(500, #"{"error": {"message": "sk-1234567890123 broke\nit"}}"#)
                == "failed, -, free: status 500: (key) broke it")
        #expect(
            try outcome(302, headers: ["location": "http://x/sk-1234567890123"])
                == "hopeless: the server sends elsewhere to http://x/(key) (status 302); no key is"
                + " sent there: give the right --base-url")
    }

    @Test func `a short dummy key is taken out of messages, not out of answers`() throws {
        #expect(
            try outcome(200, choice(#"{"content": "none of it."}"#), key: "none")
                == "replied served-1, complete: none of it. [7, 3]")
        #expect(
            try outcome(500, #"{"error": {"message": "none here"}}"#, key: "none")
                == "failed, -, free: status 500: (key) here")
    }

    @Test(arguments: [
        ("{}", ""), (#"{"prompt_tokens": 1}"#, ""), ("[]", ""), ("null", ""),
        (#"{"prompt_tokens": -5, "completion_tokens": 2}"#, " [0, 2]"),
        (
            #"{"prompt_tokens": 9223372036854775807, "completion_tokens": 9223372036854775807}"#,
            " [1000000000, 1000000000]"
        ),
    ])
    func `tokens that cannot be are not believed, and spoil no answer`(
        usage: String, counted: String
    ) throws {
        let body = #"{"choices": [{"message": {"content": "x"}}], "usage": \#(usage)}"#
        #expect(try outcome(200, body) == "replied asked-1, complete: x" + counted)
    }

    @Test(arguments: [
        (429, "", "failed, -, free: status 429"),
        (408, "", "failed, -, free: status 408"),
        (503, "not json", "failed, -, free: status 503"),
        (
            200, #"{"choices": [{"mess"#,
            "failed, -, may cost: the reply is no JSON of a chat completion"
        ),
        (
            200, #"{"choices": []}"#,
            "failed, -, may cost: the reply is no JSON of a chat completion"
        ),
        (
            200, #"{"error": {"message": "overloaded", "code": 502}}"#,
            "failed, -, may cost: the reply is no JSON of a chat completion: overloaded"
        ),
        (400, #"{"error": {"message": "too long"}}"#, "lost: status 400: too long"),
        (
            400, #"{"error": {"message": "bad words", "code": "content_filter"}}"#,
            "replied asked-1, refused: bad words [0, 0]"
        ),
        (
            429, #"{"error": {"message": "pay", "code": "insufficient_quota"}}"#,
            "hopeless: the account of the key has no quota left (status 429: pay)"
        ),
        (
            401, #"{"error": {"message": "Incorrect API key provided: sk-****1"}}"#,
            "hopeless: the server refuses the key, or wants one (status 401); give one by"
                + " --key-variable or --key-file"
        ),
        (
            404, "",
            "hopeless: the server knows no such model, or no chat/completions under --base-url"
                + " (status 404)"
        ),
    ])
    func `every status has its meaning`(status: Int, body: String, words: String) throws {
        #expect(try outcome(status, body) == words)
    }

    @Test func `a server that says how long is heard`() throws {
        #expect(
            try outcome(429, headers: ["retry-after": "3"]) == "failed, 3.0 s, free: status 429")
    }
}
