import Foundation
import TestSupport
import Testing

@testable import Rationales

@Suite struct EndpointTests {
    @Test(arguments: [
        ("https://api.openai.com/v1", false), ("http://127.0.0.1:8000/v1/", true),
        ("http://127.8.8.8", true), ("http://localhost:1/v1", true), ("http://[::1]:80/v1", true),
        ("http://127.0.0.1.example.com/v1", false), ("http://localhost.example.com", false),
    ])
    func `an address is known to stay on this machine or not`(
        text: String, isLoopback: Bool
    ) throws {
        #expect(try Endpoint(text).isLoopback == isLoopback)
    }

    @Test func `paths follow the address, whether it ends in a slash or not`() throws {
        for text in ["http://127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1/"] {
            #expect(
                try Endpoint(text).url("chat/completions").absoluteString
                    == "http://127.0.0.1:8000/v1/chat/completions")
        }
    }

    @Test(arguments: [
        (
            "api.openai.com",
            "an address such as https://api.openai.com/v1 or http://127.0.0.1:8000/v1 is needed"
        ),
        (
            "ftp://x/v1",
            "an address such as https://api.openai.com/v1 or http://127.0.0.1:8000/v1 is needed"
        ),
        (
            "https://me:secret@x/v1",
            "a user or a password in the address is not sent; give a key by --key-file or"
                + " --key-variable"
        ),
        ("https://x/v1?key=1", "an address without '?' and '#' is needed"),
    ])
    func `other addresses are refused`(text: String, words: String) {
        expectRefusal(words) { try Endpoint(text) }
    }

    @Test func `a key is not sent in clear but to this machine`() throws {
        let key = try APIKey("sk-1", from: "here")
        expectRefusal(
            "a key would cross the network in clear; an https:// address is needed, or no key"
        ) { try Endpoint("http://example.com/v1").check(key) }
        try Endpoint("http://example.com/v1").check(nil)
        try Endpoint("https://example.com/v1").check(key)
        try Endpoint("http://127.0.0.1:1/v1").check(key)
    }
}

@Suite struct APIKeyTests {
    @Test func `a key is shown by nothing that prints it`() throws {
        let key = try APIKey("sk-secret", from: "here")
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key), dumped, "\([key])", "\(key as APIKey?)"] {
            #expect(!text.contains("secret"), "\(text)")
        }
        #expect(key.redacted("not sk-secret, is it? sk-secret") == "not (key), is it? (key)")
        #expect(key.authorization == "Bearer sk-secret")
    }

    @Test func `a file that others may read is refused`() throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/key"
            try Data("sk-1\n".utf8).write(to: URL(fileURLWithPath: path))
            for (mode, isGood) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false)] {
                chmod(path, mode_t(mode))
                let words = refusal { try APIKey.fromFile(path) }
                let octal = String(mode, radix: 8)
                #expect(
                    words
                        == (isGood
                            ? nil
                            : "\(path): others may read it (mode \(octal), owner \(geteuid())); a"
                                + " file of your own with mode 600 is needed: chmod 600 \(path)"))
            }
            chmod(path, 0o600)
            #expect(try APIKey.fromFile(path).authorization == "Bearer sk-1")
        }
    }

    @Test func `what is no key is refused without being shown`() throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/key"
            for text in ["", "\n", "two words", "sk-1\nsk-2", "schlüssel"] {
                try Data(text.utf8).write(to: URL(fileURLWithPath: path))
                chmod(path, 0o600)
                expectRefusal(
                    "\(path): has no key; one line of ASCII without blanks is needed"
                ) { try APIKey.fromFile(path) }
            }
            expectRefusal("\(folder): is no file; a file with a key is needed") {
                try APIKey.fromFile(folder)
            }
            expectRefusal("\(folder)/none: cannot be read: No such file or directory") {
                try APIKey.fromFile(folder + "/none")
            }
            try Data(count: 20_000).write(to: URL(fileURLWithPath: path))
            chmod(path, 0o600)
            expectRefusal("\(path): cannot be read as a key; one line of ASCII is needed") {
                try APIKey.fromFile(path)
            }
        }
    }

    @Test func `a variable that is not set holds no key`() throws {
        #expect(try APIKey.fromVariable("K", of: [:]) == nil)
        #expect(try APIKey.fromVariable("K", of: ["K": ""]) == nil)
        #expect(try APIKey.fromVariable("K", of: ["K": "a"])?.authorization == "Bearer a")
        expectRefusal(
            "the environment variable K: has no key; one line of ASCII without blanks is needed"
        ) { try APIKey.fromVariable("K", of: ["K": "a b"]) }
    }
}
