import Foundation
import Testing
import Torch

/// JSON files that tests change.
enum JSON {
    static func object(_ path: String) throws -> [String: Any] {
        let data = try Data(contentsOf: URL(filePath: path))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    /// Sets fields; nil takes one away.
    static func edit(_ path: String, _ changes: [String: Any?]) throws {
        var object = try object(path)
        for (name, value) in changes { object[name] = value }
        try JSONSerialization.data(withJSONObject: object).write(to: URL(filePath: path))
    }
}

extension SafetensorsFile {
    /// Writes the file again with other tensors.
    static func edit(_ path: String, _ change: (inout [String: Tensor]) throws -> Void) throws {
        var tensors: [String: Tensor] = [:]
        do {
            let file = try SafetensorsFile(path: path)
            for name in file.entries.keys { tensors[name] = try file.tensor(name).copied() }
        }
        try change(&tensors)
        try write(tensors, to: path)
    }
}

/// A copy of a folder that may be changed, in a folder that is gone afterwards.
func withCopy(of folder: String, in place: String, _ body: (String) throws -> Void) throws {
    let copy = place + "/copy"
    try FileManager.default.copyItem(atPath: folder, toPath: copy)
    try body(copy)
}
