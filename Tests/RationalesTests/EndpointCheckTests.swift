import Foundation
import TestSupport
import Testing

@testable import Rationales

@Suite struct EndpointCheckTests {
    @Test func `a server that answers is known by its models`() async throws {
        let folder = NSTemporaryDirectory() + "ft-mmlu-check-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let server = try TeacherServer(in: folder)
        let endpoint = try Endpoint(server.baseURL())
        #expect(await EndpointCheck.problem(with: endpoint, key: nil, seconds: 60) == nil)
        #expect(
            await EndpointCheck.problem(with: endpoint, key: nil, model: "teacher-1", seconds: 60)
                == nil)
        #expect(
            await EndpointCheck.problem(with: endpoint, key: nil, model: "gpt", seconds: 60)
                == "\(endpoint)/models: the server has no model 'gpt'; it has teacher-1")
        let elsewhere = try Endpoint(server.baseURL() + "/nowhere")
        #expect(
            await EndpointCheck.problem(with: elsewhere, key: nil, seconds: 60)
                == "\(elsewhere)/models: status 404; 200 is needed: is this the base address of an"
                + " OpenAI-compatible server?")
        server.stop()
        #expect(
            await EndpointCheck.problem(with: endpoint, key: nil, seconds: 60)
                == "\(endpoint)/models: the server cannot be reached; start the server, or give another"
                + " --base-url")
        let key = try APIKey("sk-1", from: "here")
        #expect(
            try await EndpointCheck.problem(with: Endpoint("http://example.com/v1"), key: key)
                == "http://example.com/v1: a key would cross the network in clear; an https://"
                + " address is needed, or no key")
    }
}
