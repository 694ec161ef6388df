import Foundation

/// Reads the state of a checkout from `.git`, without git.
public enum GitCheckout {
    /// The commit that a folder, or the nearest of its parent folders, has checked out; nil outside
    /// a checkout, or in one without a commit.
    public static func commit(around folder: URL) -> String? {
        var place = folder.standardizedFileURL
        while place.path != "/" {
            let git = place.appendingPathComponent(".git")
            if FileManager.default.fileExists(atPath: git.path) { return commit(git) }
            place.deleteLastPathComponent()
        }
        return nil
    }

    /// - Parameter git: `.git`: the folder itself, or, of a worktree and a submodule, a file that
    ///   names it
    ///
    /// A worktree has a HEAD of its own; its branches are in the folder that `commondir` names.
    /// Source: gitrepository-layout(5).
    private static func commit(_ git: URL) -> String? {
        var folder = git
        if let line = firstLine(of: git), line.hasPrefix("gitdir: ") {
            folder = URL(
                fileURLWithPath: String(line.dropFirst(8)),
                relativeTo: git.deletingLastPathComponent())
        }
        guard let head = firstLine(of: folder.appendingPathComponent("HEAD")) else { return nil }
        guard head.hasPrefix("ref: ") else { return hash(head) }
        let name = String(head.dropFirst(5))
        let shared = firstLine(of: folder.appendingPathComponent("commondir")).map {
            URL(fileURLWithPath: $0, relativeTo: folder.standardizedFileURL)
        }
        for place in [folder, shared ?? folder] {
            if let own = firstLine(of: place.appendingPathComponent(name)) { return hash(own) }
        }
        let packed = lines(of: (shared ?? folder).appendingPathComponent("packed-refs"))
            .first { $0.hasSuffix(" \(name)") }
        return packed.flatMap { line in
            line.split(separator: " ").first.flatMap { hash(String($0)) }
        }
    }

    private static func firstLine(of file: URL) -> String? { lines(of: file).first }

    /// None where there is no such file.
    private static func lines(of file: URL) -> [String] {
        (try? InputFile.contents(of: file.path))
            .map { String(decoding: $0, as: UTF8.self).split(separator: "\n").map(String.init) }
            ?? []
    }

    /// SHA-1 has 40 digits, SHA-256 64.
    private static func hash(_ word: String) -> String? {
        [40, 64].contains(word.count) && word.allSatisfy(\.isHexDigit) ? word : nil
    }
}
