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

    /// `HF_HUB_CACHE`, else `hub` in `HF_HOME`, else `huggingface/hub` in `XDG_CACHE_HOME` or
    /// `~/.cache`.
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        func place(_ name: String) -> String? {
            guard let value = environment[name], !value.isEmpty else { return nil }
            return (value as NSString).expandingTildeInPath
        }
        let caches = place("XDG_CACHE_HOME") ?? ("~/.cache" as NSString).expandingTildeInPath
        let home = place("HF_HOME") ?? caches + "/huggingface"
        folder = place("HF_HUB_CACHE") ?? home + "/hub"
    }

    /// The folder of the model that the user names. It is the name itself where that path exists
    /// here or the name is no ORG/NAME, else the snapshot of the hub's branch `main`.
    ///
    /// - Throws: `FileError` with the command that fetches the model, when it is not in the cache.
    public func modelFolder(_ word: String) throws -> String {
        guard Self.isModelName(word), !FileManager.default.fileExists(atPath: word) else {
            return word
        }
        let model = folder + "/models--" + word.replacingOccurrences(of: "/", with: "--")
        let reference = try InputFile.contents(of: model + "/refs/main", limit: 10_000)
        let commit = reference.map {
            String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
        guard let commit, !commit.isEmpty, commit.allSatisfy(\.isHexDigit) else {
            throw refusal(word, "is no folder here and not in the hub's cache \(folder)")
        }
        let snapshot = "\(model)/snapshots/\(commit)"
        guard FileFormat.isThere(snapshot + "/config.json") else {
            throw refusal(word, "has no config.json in the hub's cache at \(snapshot)")
        }
        return snapshot
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
