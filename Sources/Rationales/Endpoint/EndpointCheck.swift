import Basics
import Foundation

/// Whether a teacher's server can be used, found out at no cost.
public enum EndpointCheck {
    /// Requests the server's list of models.
    ///
    /// - Parameters:
    ///   - model: must be in the list, if there is a list; nil accepts any
    ///   - seconds: the longest wait
    /// - Returns: nil if there is no problem, else a line with what was found and what to do
    public static func problem(
        with endpoint: Endpoint, key: APIKey?, model: String? = nil, seconds: Double = 5
    ) async -> String? {
        do {
            try endpoint.check(key)
        } catch {
            return "\(endpoint): \(error)"
        }
        let client = HTTPClient(endpoint, key: key, timeoutSeconds: seconds)
        defer { client.close() }
        let reply: HTTPClient.Reply
        do {
            reply = try await client.send("models")
        } catch {
            return "\(endpoint)/models: \(error); start the server, or give another --base-url"
        }
        switch reply.status {
        case 200:
            guard let model,
                let list = try? JSONValue(parsing: reply.body).decoded(as: ModelList.self),
                !list.data.contains(where: { $0.id == model })
            else { return nil }
            let known = list.data.prefix(5).map(\.id).joined(separator: ", ")
            return "\(endpoint)/models: the server has no model '\(model)'; it has "
                + (key?.redacted(known) ?? known)
        case 401, 403:
            return "\(endpoint)/models: the server refuses the key, or wants one (status"
                + " \(reply.status)); give one by --key-variable or --key-file"
        default:
            return "\(endpoint)/models: status \(reply.status); 200 is needed: is this the base"
                + " address of an OpenAI-compatible server?"
        }
    }

    private struct ModelList: Decodable {
        struct Model: Decodable {
            let id: String
        }

        let data: [Model]
    }
}
