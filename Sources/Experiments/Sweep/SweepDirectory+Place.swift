import Basics
import Foundation
import Torch
import Tracking

/// Where a study lies and where its results go beside its folder, so that it can be moved.
extension SweepDirectory {
    /// `store.json`, which says where both were when a process last worked on the study.
    struct Place: Codable, Equatable {
        /// The store's file, an absolute path, or "none".
        var store: String
        /// By what name the store knows the study; nil in files of earlier versions, as is `folder`.
        var study: String?
        /// The study's folder, an absolute path.
        var folder: String?
    }

    private var placeFile: String { path + "/store.json" }

    /// nil before the study has begun.
    var place: Place? {
        (try? InputFile.contents(of: placeFile))
            .flatMap { try? JSONDecoder().decode(Place.self, from: $0) }
    }

    /// The place as it is now.
    ///
    /// - Parameter store: an absolute path; nil for none
    func place(store: String?) -> Place {
        let former = movedFrom == nil ? place?.folder : nil
        return Place(
            store: store ?? "none", study: name, folder: former ?? FilePath.absolute(path))
    }

    func keep(_ place: Place) throws {
        let record = JSONValue.object([
            ("store", .string(place.store)), ("study", .string(place.study ?? name)),
            ("folder", place.folder.map { .string($0) } ?? .null),
        ])
        try AtomicFile.write(record.document, to: placeFile)
    }

    /// The absolute path at which the study was before; nil where it is there still, by whatever name.
    var movedFrom: String? {
        guard let former = place?.folder, former != FilePath.absolute(path) else { return nil }
        let (here, there) = (FilePath.real(path), FilePath.real(former))
        return here != nil && here == there ? nil : former
    }

    /// Whether a folder holds a study, or a run.
    static func isTaken(_ folder: String) -> Bool {
        FileManager.default.fileExists(atPath: folder + "/" + RunFile.config)
    }

    /// Where the study's results go beside its folder, an absolute path; "none" for nowhere, nil
    /// before it has begun and where the store is no more.
    ///
    /// A store that was moved or copied together with the study is found where it lies to it now.
    public var keptStore: String? {
        guard let place else { return nil }
        guard place.store != "none", let former = movedFrom else { return place.store }
        let manager = FileManager.default
        if manager.fileExists(atPath: place.store), !Self.isTaken(former) { return place.store }
        let beside = FilePath.absolute(path + "/" + Self.way(from: former, to: place.store))
        return manager.fileExists(atPath: beside) ? beside : nil
    }

    /// "../results.sqlite" from "/a/study" to "/a/results.sqlite".
    static func way(from folder: String, to file: String) -> String {
        let (steps, goal) = (folder.split(separator: "/"), file.split(separator: "/"))
        let shared = zip(steps, goal).prefix { $0 == $1 }.count
        return (Array(repeating: "..", count: steps.count - shared) + goal.dropFirst(shared))
            .joined(separator: "/")
    }
}
