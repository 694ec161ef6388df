import Foundation

/// The published MMLU files, which are not part of this repository.
enum SharedData {
    /// `FT_MMLU_SHARED`, or the folder `shared` beside the repository; nil where neither is there.
    static let mmlu: URL? = {
        let named = ProcessInfo.processInfo.environment["FT_MMLU_SHARED"].map { URL(filePath: $0) }
        let package = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let shared = named ?? package.deletingLastPathComponent().appending(path: "shared")
        let folder = shared.appending(path: "data/mmlu")
        return FileManager.default.fileExists(atPath: folder.appending(path: "test").path)
            ? folder : nil
    }()
}
