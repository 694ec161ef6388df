import Foundation

/// The folders of PATH, by which other programs are found.
public enum SearchPath {
    /// Absolute paths alone: an empty or relative entry would find programs that lie in the current
    /// folder, which may be a stranger's.
    public static var folders: [String] {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
            .filter { $0.hasPrefix("/") }
    }

    /// The absolute path of a program; nil where there is none.
    ///
    /// - Parameter name: without a slash
    public static func program(_ name: String, in folders: [String] = folders) -> String? {
        folders.map { $0 + "/" + name }.first {
            FileManager.default.isExecutableFile(atPath: $0) && !FileManager.isFolder($0)
        }
    }
}
