import Foundation

/// The body of a request to a chat completions endpoint.
struct ChatRequest: Encodable, Sendable {
    struct Message: Encodable, Sendable {
        let role: String
        let content: String
    }

    let model: String
    let messages: [Message]
    let maxTokens: Int
    /// nil means the server's default.
    let temperature: Double?

    private enum CodingKeys: String, CodingKey {
        case model, messages, temperature
        case maxTokens = "max_tokens"
    }
}

struct ChatCompletion: Decodable, Sendable {
    struct Choice: Decodable, Sendable {
        let message: Message
        let finish_reason: String?
    }

    struct Message: Decodable, Sendable {
        let content: String?
        let refusal: String?
    }

    struct Usage: Decodable, Sendable {
        let prompt_tokens: Int
        let completion_tokens: Int
    }

    let model: String?
    let choices: [Choice]
    let usage: Usage?

    private enum CodingKeys: String, CodingKey { case model, choices, usage }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        model = try fields.decodeIfPresent(String.self, forKey: .model)
        choices = try fields.decode([Choice].self, forKey: .choices)
        // A good answer stays one where its tokens are counted in another way, or not.
        usage = try? fields.decode(Usage.self, forKey: .usage)
    }
}

/// The body of an error reply; servers differ in how much of it they send.
struct ChatProblem: Decodable, Sendable {
    struct Detail: Decodable, Sendable {
        let message: String?
        let code: String?
        let type: String?

        private enum CodingKeys: String, CodingKey { case message, code, type }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            message = try? fields.decode(String.self, forKey: .message)
            // A number with some servers.
            code = try? fields.decode(String.self, forKey: .code)
            type = try? fields.decode(String.self, forKey: .type)
        }
    }

    let error: Detail?

    private enum CodingKeys: String, CodingKey { case error, message }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        error = try? fields.decode(Detail.self, forKey: .error)
    }
}
