import Foundation
import Testing

/// JSON that the program wrote, as dictionaries to look into.
enum JSONText {
    static func object(_ text: String) throws -> [String: Any] {
        try #require(
            JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
    }

    static func file(_ path: String) throws -> [String: Any] {
        try object(String(contentsOfFile: path, encoding: .utf8))
    }

    /// A file of lines, each of them whole: the last ends in a line break too.
    static func lines(_ path: String) throws -> [[String: Any]] {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.isEmpty || text.hasSuffix("\n"), "\(path) has a torn last line")
        return try text.split(separator: "\n").map { try object(String($0)) }
    }
}

extension [String: Any] {
    func text(_ name: String) -> String? { self[name] as? String }

    func number(_ name: String) -> Double? { (self[name] as? NSNumber)?.doubleValue }

    func whole(_ name: String) -> Int? { (self[name] as? NSNumber)?.intValue }

    func isNull(_ name: String) -> Bool { self[name] is NSNull }

    func objects(_ name: String) -> [[String: Any]] { self[name] as? [[String: Any]] ?? [] }
}
