import Basics
import Foundation

/// The small world that comes with the program: a model, questions, rationales, defaults.
public struct BuiltInWorld: Sendable {
    /// The model's folder; the other files stand in it too.
    public let folder: String

    public var data: String { folder + "/mmlu" }
    public var rationales: String { folder + "/rationales.jsonl" }
    public var defaults: String { folder + "/defaults.yaml" }

    /// The world's rationales, where its model is asked its own questions; else nil.
    ///
    /// - Parameter data: the questions' folder, if one was named
    static func rationales(
        of data: String?, model: ModelSettings, world: BuiltInWorld?
    ) -> String? {
        guard model.isBuiltIn, let world, data ?? world.data == world.data else { return nil }
        return world.rationales
    }

    /// Looks for `data/pocket` beside the program and in the folders above it.
    public static func find() -> BuiltInWorld? {
        guard
            let program = try? FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/self/exe")
        else { return nil }
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

/// The path of a file or folder.
extension String? {
    /// The path as it stands in config.yaml: null where it is `own`, which is used without being
    /// named.
    func recorded(besides own: String?) -> JSONValue {
        self == own ? .null : map(JSONValue.string) ?? .null
    }

    /// The path where `recorded(besides:)` does not name it.
    func unnamed(_ own: String?) -> String? { self == own ? self : nil }
}
