import Foundation
import TestSupport
import Testing

@testable import Basics

/// Which commit a folder's `.git` says is checked out.
@Suite struct GitCheckoutTests {
    private static let first = String(repeating: "0123456789", count: 4)
    private static let second = String(repeating: "fedcba9876", count: 4)

    private func write(_ files: [String: String], in folder: String) throws {
        for (name, text) in files {
            let path = folder + "/" + name
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true)
            try (text + "\n").write(toFile: path, atomically: false, encoding: .utf8)
        }
    }

    private func commit(_ path: String) -> String? {
        GitCheckout.commit(around: URL(fileURLWithPath: path))
    }

    @Test func `a branch, a packed branch and a commit are read, from folders below too`() throws {
        try Fixture.withTemporaryFolder { folder in
            try write(
                [
                    "a/.git/HEAD": "ref: refs/heads/x/y", "a/.git/refs/heads/x/y": Self.first,
                    "a/.git/packed-refs": "\(Self.second) refs/heads/x/y", "a/b/c": "",
                    "p/.git/HEAD": "ref: refs/heads/y",
                    "p/.git/packed-refs":
                        "# pack-refs with: peeled\n\(Self.first) refs/heads/x/y\n"
                        + "\(Self.second) refs/heads/y",
                    "d/.git/HEAD": Self.second, "n/.git/HEAD": "ref: refs/heads/none",
                    "s/.git/HEAD": Self.first + Self.second.prefix(24),
                ], in: folder)
            #expect(commit(folder + "/a") == Self.first)
            #expect(commit(folder + "/a/b") == Self.first)
            #expect(commit(folder + "/p") == Self.second)
            #expect(commit(folder + "/d") == Self.second)
            #expect(commit(folder + "/n") == nil)
            #expect(commit(folder + "/s") == Self.first + Self.second.prefix(24))
            #expect(commit("/proc") == nil)
        }
    }

    @Test func `a worktree's and a submodule's file leads to the folder`() throws {
        try Fixture.withTemporaryFolder { folder in
            try write(
                [
                    "main/.git/HEAD": "ref: refs/heads/main",
                    "main/.git/refs/heads/main": Self.first,
                    "main/.git/refs/heads/side": Self.second,
                    "main/.git/worktrees/w/HEAD": "ref: refs/heads/side",
                    "main/.git/worktrees/w/commondir": "../..",
                    "absolute/.git": "gitdir: \(folder)/main/.git/worktrees/w",
                    "relative/.git": "gitdir: ../main/.git/worktrees/w",
                    "main/sub/.git": "gitdir: ../.git/modules/sub",
                    "main/.git/modules/sub/HEAD": Self.second,
                    "broken/.git": "gitdir: ../nowhere",
                ], in: folder)
            #expect(commit(folder + "/main") == Self.first)
            #expect(commit(folder + "/absolute") == Self.second)
            #expect(commit(folder + "/relative") == Self.second)
            #expect(commit(folder + "/main/sub") == Self.second)
            #expect(commit(folder + "/broken") == nil)
        }
    }

    private static let hasGit = (try? git(["--version"], in: "/")) != nil

    @discardableResult
    private static func git(_ arguments: [String], in folder: String) throws -> String {
        let git = Process()
        git.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        git.arguments = ["git", "-C", folder] + arguments
        // None of the settings of whoever runs the test.
        git.environment = ProcessInfo.processInfo.environment.filter { $0.key == "PATH" }.merging([
            "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null",
            "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a",
            "GIT_COMMITTER_EMAIL": "a@b",
        ]) { $1 }
        let pipe = Pipe()
        git.standardOutput = pipe
        git.standardError = FileHandle.nullDevice
        try git.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        git.waitUntilExit()
        struct GitFailed: Error { let arguments: [String] }
        guard git.terminationStatus == 0 else { throw GitFailed(arguments: arguments) }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test(.enabled(if: hasGit, "there is no git"))
    func `it is what git says, of a checkout and of its worktree`() throws {
        try Fixture.withTemporaryFolder { folder in
            let main = folder + "/main"
            let side = folder + "/side"
            try Self.git(["init", "-q", main], in: folder)
            try Self.git(["commit", "-q", "--allow-empty", "-m", "one"], in: main)
            try Self.git(["worktree", "add", "-q", "-b", "side/branch", side], in: main)
            try Self.git(["commit", "-q", "--allow-empty", "-m", "two"], in: side)
            func expectSame() throws {
                let heads = try [main, side].map { try Self.git(["rev-parse", "HEAD"], in: $0) }
                #expect(heads[0] != heads[1])
                #expect([commit(main), commit(side)] == heads)
            }
            try expectSame()
            try Self.git(["pack-refs", "--all"], in: main)
            try expectSame()
            try Self.git(["checkout", "-q", "--detach"], in: side)
            try expectSame()
        }
    }
}
