import Basics

/// JSON files from outside.
enum JSONFile {
    /// - Throws: `FileError` when the file is missing, is no JSON object, or has a key twice.
    static func object(path: String) throws -> JSONValue {
        guard let data = try FileFormat.json.contents(of: path) else {
            throw FileError(path: path, problem: "cannot be read")
        }
        let value: JSONValue
        do throws(JSONSyntax) { value = try JSONValue(parsing: data) } catch {
            throw FileError(path: path, problem: "is not a JSON object: \(error)")
        }
        guard case .object = value else {
            throw FileError(path: path, problem: "is not a JSON object")
        }
        if let key = repeatedKey(in: value) {
            throw FileError(
                path: path, problem: "has two values of '\(key)'", remedy: "one is needed")
        }
        return value
    }

    private static func repeatedKey(in value: JSONValue) -> String? {
        var seen: Set<String> = []
        for (key, inner) in value.fields {
            if !seen.insert(key).inserted { return key }
            if let found = repeatedKey(in: inner) { return found }
        }
        return value.elements.lazy.compactMap(repeatedKey).first
    }
}
