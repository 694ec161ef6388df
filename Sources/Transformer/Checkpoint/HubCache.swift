import Basics
import Foundation
import Torch

/// The folder in which the Hugging Face hub's tools keep downloaded files.
///
/// `models--ORG--NAME/refs/main` holds a commit, `models--ORG--NAME/snapshots/<commit>` its files.
/// Source: huggingface_hub, `constants.py` and the guide "Understand caching".
public struct HubCache: Sendable {
    public let folder: String

    public init(folder: String) { self.folder = folder }

    /// `HF_HUB_CACHE`, else `HUGGINGFACE_HUB_CACHE`, else `hub` in `HF_HOME`, else
    /// `huggingface/hub` in `XDG_CACHE_HOME` or `~/.cache`. `~` and `$NAME` in them are expanded.
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        func place(_ name: String) -> String? {
            guard let value = environment[name], !value.isEmpty else { return nil }
            return Self.expanded((value as NSString).expandingTildeInPath, environment)
        }
        let caches = place("XDG_CACHE_HOME") ?? ("~/.cache" as NSString).expandingTildeInPath
        let home = place("HF_HOME") ?? caches + "/huggingface"
        folder = place("HF_HUB_CACHE") ?? place("HUGGINGFACE_HUB_CACHE") ?? home + "/hub"
    }

    /// The text with `$NAME` and `${NAME}` replaced; a name that is not set stays as it is.
    private static func expanded(_ text: String, _ environment: [String: String]) -> String {
        text.replacing(/\$(?:(\w+)|\{([^}]*)\})/) { match in
            let name = match.1 ?? match.2 ?? ""
            return environment[String(name)] ?? String(match.0)
        }
    }

    /// The folder of the model that the user names. It is the name itself where that path exists
    /// here or the name is no ORG/NAME, else the snapshot of the hub's branch `main`. Without a
    /// record of that branch it is the only snapshot.
    ///
    /// - Throws: `FileError` with the command that fetches the model, when it is not in the cache,
    ///   and for several snapshots of which none is known to be `main`.
    public func modelFolder(_ word: String) throws -> String {
        guard Self.isModelName(word), !FileManager.default.fileExists(atPath: word) else {
            return word
        }
        let model = folder + "/models--" + word.replacingOccurrences(of: "/", with: "--")
        guard let commit = try commit(of: model, word) else {
            throw refusal(word, "is no folder here and not in the hub's cache \(folder)")
        }
        let snapshot = "\(model)/snapshots/\(commit)"
        guard FileFormat.isThere(snapshot + "/config.json") else {
            throw refusal(word, "has no config.json in the hub's cache at \(snapshot)")
        }
        return snapshot
    }

    /// The commit of the branch `main`; nil where the cache does not say.
    private func commit(of model: String, _ word: String) throws -> String? {
        let reference = model + "/refs/main"
        if FileFormat.isThere(reference) {
            let text = try InputFile.contents(of: reference, limit: 10_000).map {
                try TextFile.text(of: $0, named: reference)
            }
            let commit = text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
            return !commit.isEmpty && commit.allSatisfy(\.isHexDigit) ? commit : nil
        }
        let snapshots = model + "/snapshots"
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: snapshots)) ?? [])
            .filter { !$0.isEmpty && $0.allSatisfy(\.isHexDigit) }.sorted()
        guard names.count <= 1 else {
            throw FileError(
                path: snapshots,
                problem: "has the snapshots \(names.joined(separator: ", ")), and no refs/main "
                    + "that says which one is current",
                remedy: "name the folder of one, or fetch the current one by: hf download \(word)")
        }
        return names.first
    }

    private func refusal(_ word: String, _ problem: String) -> FileError {
        FileError(path: word, problem: problem, remedy: "fetch it by: hf download \(word)")
    }

    /// Two parts of letters, digits, `-`, `_` and `.`, as the hub names models; `./x` and `../x` are
    /// paths.
    static func isModelName(_ word: String) -> Bool {
        let parts = word.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2
            && parts.allSatisfy { part in
                !part.isEmpty && part.utf8.count <= 96 && !part.hasPrefix(".")
                    && !part.hasPrefix("-")
                    && part.allSatisfy {
                        $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0))
                    }
            }
    }
}
