import Foundation
import Torch

/// Checks whether other users could have changed the files that the program loads: libtorch, the
/// files next to it, and the cache.
struct OwnershipCheck {
    /// Files and folders; those that do not exist are skipped.
    let places: [String]

    /// The files of this process.
    static var usual: OwnershipCheck {
        let cache = UserCache.folder
        return OwnershipCheck(
            places: (LibraryFiles.loaded.map { [$0.folder, $0.folder + "/torch/lib"] } ?? [])
                + [Libtorch.path, cache, cache + "/wheels", cache + "/kernels"].compactMap { $0 })
    }

    var finding: Finding {
        let found = places.filter { FileManager.default.fileExists(atPath: $0) }
        let problems = found.compactMap { place in Self.problem(of: place).map { "\(place) \($0)" }
        }
        guard problems.isEmpty else {
            return .warning(
                "ownership", problems.joined(separator: ", "),
                remedy: "others can change what this program loads: take their right to write away "
                    + "(chmod go-w), or set up in a folder of your own")
        }
        return .ok("ownership", "libraries and cache are yours or root's, and nobody else writes")
    }

    private static func problem(of place: String) -> String? {
        var status = stat()
        guard stat(place, &status) == 0 else { return nil }
        if status.st_uid != geteuid(), status.st_uid != 0 {
            return "belongs to another user (\(status.st_uid))"
        }
        let mode = status.st_mode & 0o7777
        guard mode & 0o022 != 0 else { return nil }
        return "can be written by others (mode \(String(mode, radix: 8)))"
    }
}

/// The cache of files that can be made again: wheels, compiled kernels.
enum UserCache {
    /// `ft-mmlu` in XDG_CACHE_HOME or ~/.cache.
    static var folder: String {
        let environment = ProcessInfo.processInfo.environment
        if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") {
            return cache + "/ft-mmlu"
        }
        return (environment["HOME"] ?? NSHomeDirectory()) + "/.cache/ft-mmlu"
    }
}
