import Basics
import Foundation
import Torch

/// JSON files from outside.
enum JSONFile {
    /// - Throws: `FileError` when the file is missing, is no JSON object, or has a key twice.
    static func object(path: String) throws -> [String: Any] {
        guard let data = try FileFormat.json.contents(of: path) else {
            throw FileError(path: path, problem: "cannot be read")
        }
        let value: JSONValue
        do throws(JSONSyntax) { value = try JSONValue(parsing: data) } catch {
            throw FileError(path: path, problem: "is not a JSON object: \(error)")
        }
        guard let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw FileError(path: path, problem: "is not a JSON object")
        }
        // Python takes the last of two values; which one Foundation takes is not said.
        if let key = repeatedKey(in: value) {
            throw FileError(
                path: path, problem: "has two values of '\(key)'", remedy: "one is needed")
        }
        return object
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
