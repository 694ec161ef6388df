import Foundation
import TestSupport
import Testing

@testable import Rationales

/// Servers whose certificates are right, wrong, or of nobody that is trusted.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: TLSServer.openssl)))
struct TLSTests {
    @Test func `a server is asked only where its certificate is trusted`() async throws {
        let folder = NSTemporaryDirectory() + "ft-mmlu-tls-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let server = try TLSServer(in: folder)
        defer { server.stop() }
        let untrusted = "the server's certificate is not trusted ("
        for (host, trusted, words) in [
            ("127.0.0.1", nil, untrusted),
            ("127.0.0.1", server.certificate, "status 200"),
            ("localhost", server.certificate, untrusted),
            (
                "127.0.0.1", folder + "/none",
                "the file of trusted certificates cannot be read ("
            ),
        ] as [(String, String?, String)] {
            let address = "https://\(host):\(server.port)/v1"
            await #expect(processExitsWith: .success, "\(host) \(trusted ?? "-")") {
                [
                    address = address as String, trusted = (trusted ?? "") as String,
                    words = words as String
                ] in
                try await Self.ask(address, trusting: trusted, expecting: words)
            }
        }
    }

    /// Ends the process where it hears what it should not.
    private static func ask(
        _ address: String, trusting file: String, expecting words: String
    ) async throws {
        alarm(40)
        setenv("SSL_CERT_FILE", file, 1)
        let client = try HTTPClient(
            Endpoint(address), key: APIKey("sk-1", from: "here"), timeoutSeconds: 20)
        do {
            let reply = try await client.send("models")
            guard "status \(reply.status)" == words else { exit(1) }
        } catch let problem as HTTPClient.NoReply {
            guard problem.description.hasPrefix(words), problem.isFinal, !problem.wasSent else {
                exit(2)
            }
        }
    }
}

/// A server of this machine with a certificate that it signed itself, for 127.0.0.1 alone.
private struct TLSServer {
    static let openssl = "/usr/bin/openssl"

    let certificate: String
    let port: String
    private let process = Process()

    init(in folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        certificate = folder + "/certificate.pem"
        let made = try Program.run(
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2",
                "-keyout", "key.pem", "-out", certificate,
            ], in: folder, program: Self.openssl)
        try #require(made.status == 0, "\(made.errors)")
        process.executableURL = URL(fileURLWithPath: Self.openssl)
        process.arguments = [
            "s_server", "-accept", "127.0.0.1:0", "-www", "-cert", certificate, "-key",
            folder + "/key.pem",
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        // It says "ACCEPT 127.0.0.1:PORT".
        var words = ""
        while !words.contains("ACCEPT") || !words.hasSuffix("\n") {
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { break }
            words += String(decoding: more, as: UTF8.self)
        }
        let line = try #require(words.split(separator: "\n").last { $0.hasPrefix("ACCEPT") })
        port = String(try #require(line.split(separator: ":").last))
    }

    func stop() {
        // It inherits that other signals are blocked.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
