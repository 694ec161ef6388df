import Basics
import Benchmarks
import FlyingFox
import FlyingSocks
import Foundation

/// A teacher's server for tests: OpenAI's chat completions, and every way to get them wrong.
///
///     teacher-server QUESTIONS.jsonl FOLDER [--faults SHARE] [--seed N] [--delay SECONDS] [--always KIND]…
///
/// It answers with the rationales of QUESTIONS.jsonl, writes its port into FOLDER/port, and a line
/// for each request into FOLDER/log.jsonl before it answers. Of the requests for answers, a SHARE
/// fails, drawn by question and by how often it was asked. With `--always`, the first request for a
/// question is met by the first kind, the second by the second, and the last kind stays.
@main
struct Main {
    static func main() async throws {
        // Whoever started it is gone when its standard input ends.
        Thread.detachNewThread {
            while true {
                if FileHandle.standardInput.availableData.isEmpty { exit(0) }
            }
        }
        let classroom = try Classroom(Array(CommandLine.arguments.dropFirst()))
        let server = HTTPServer(
            address: try sockaddr_in.inet(ip4: "127.0.0.1", port: 0), timeout: 60, logger: .disabled
        )
        await server.appendRoute("GET /v1/models") { _ in
            HTTPResponse(
                statusCode: .ok,
                body: Data(#"{"object": "list", "data": [{"id": "teacher-1"}]}"#.utf8))
        }
        await server.appendRoute("POST /v1/chat/completions") { request in
            try await classroom.respond(to: request)
        }
        let running = Task { try await server.run() }
        try await server.waitUntilListening()
        guard case .ip4(_, let port)? = await server.listeningAddress else {
            throw InputError("the server has no port")
        }
        try Data("\(port)".utf8).write(
            to: classroom.folder.appending(path: "port"), options: .atomic)
        try await running.value
    }
}
