import Foundation

/// The forms of a path.
public enum FilePath {
    /// The absolute path without "." and "..", links as they are.
    public static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }

    /// The absolute path with every link followed; nil where nothing is there.
    public static func real(_ path: String) -> String? {
        guard let text = realpath(path, nil) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }
}
