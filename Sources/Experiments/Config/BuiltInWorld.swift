import Basics
import Foundation

/// The small world that comes with the program: a model, questions, rationales, defaults.
public struct BuiltInWorld: Sendable {
    /// The model's folder, which also contains the other files.
    public let folder: String

    public var data: String { folder + "/mmlu" }
    public var rationales: String { folder + "/rationales.jsonl" }
    public var defaults: String { folder + "/defaults.yaml" }

    /// The world's rationales, where its own questions are used; else nil.
    ///
    /// - Parameter folder: the questions' folder, if one was named
    func rationales(ofData folder: String?) -> String? {
        folder ?? data == data ? rationales : nil
    }

    /// Searches for `data/pocket` in the program's folder and in the folders above it.
    public static func find() -> BuiltInWorld? {
        guard let program = FilePath.program else { return nil }
        var place = URL(fileURLWithPath: program).deletingLastPathComponent()
        while place.path != "/" {
            let folder = place.appendingPathComponent("data/pocket").path
            if FileManager.default.fileExists(atPath: folder + "/config.json") {
                return BuiltInWorld(folder: folder)
            }
            place.deleteLastPathComponent()
        }
        return nil
    }
}
