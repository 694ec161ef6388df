import Foundation

/// The forms of a path.
public enum FilePath {
    /// The absolute path without "." and "..", links as they are.
    public static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }

    /// The absolute path with every link followed; nil if there is no such file.
    public static func real(_ path: String) -> String? {
        guard let text = realpath(path, nil) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }

    /// The file of the running program; nil where the system does not say.
    public static var program: String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    }
}

/// Words of a command line.
public enum Shell {
    /// In quotes where a shell would split a word or change it.
    public static func quoted(_ word: String) -> String {
        isPlain(word) ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }

    /// Whether a word needs no quotes.
    public static func isPlain(_ word: String) -> Bool {
        !word.isEmpty
            && word.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || ("0"..."9").contains($0)
                    || "/._-+,:=@%".unicodeScalars.contains($0)
            }
    }
}
