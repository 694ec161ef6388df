import Basics
import Foundation
import Torch
import Tracking

/// The locations of a sweep's folder and its store, so that the sweep can be moved.
extension SweepDirectory {
    /// `store.json`: the locations of both when a process last worked on the sweep.
    struct Place: FileRecord, Equatable {
        /// The store's file, an absolute path, or "none".
        var store: String
        /// The sweep's name in the store; nil in files of earlier versions, as is `folder`.
        var study: String?
        /// The sweep's folder, an absolute path.
        var folder: String?
    }

    private var placeFile: String { path + "/store.json" }

    /// nil before the sweep has begun.
    var place: Place? {
        (try? InputFile.contents(of: placeFile))
            .flatMap { try? Place(json: $0) }
    }

    /// The current location.
    ///
    /// - Parameter store: an absolute path; nil for none
    func place(store: String?) -> Place {
        let former = movedFrom == nil ? place?.folder : nil
        return Place(
            store: store ?? "none", study: name, folder: former ?? FilePath.absolute(path))
    }

    func keep(_ place: Place) throws {
        var place = place
        place.study = place.study ?? name
        try AtomicFile.write(place.json.document, to: placeFile)
    }

    /// The sweep's former absolute path; nil where the folder is still the same, under whatever
    /// path.
    var movedFrom: String? {
        guard let former = place?.folder, former != FilePath.absolute(path) else { return nil }
        let (here, there) = (FilePath.real(path), FilePath.real(former))
        return here != nil && here == there ? nil : former
    }

    /// Whether a folder contains a sweep, or a run.
    static func isTaken(_ folder: String) -> Bool {
        FileManager.default.fileExists(atPath: folder + "/" + RunFile.config)
    }

    /// The absolute path of the sweep's store; "none" for no store.
    ///
    /// nil before the sweep has begun, and where the store is missing. If sweep and store were
    /// moved or copied together, the store is found by its relative path.
    public var keptStore: String? {
        guard let place else { return nil }
        guard place.store != "none", let former = movedFrom else { return place.store }
        let manager = FileManager.default
        if manager.fileExists(atPath: place.store), !Self.isTaken(former) { return place.store }
        let beside = FilePath.absolute(path + "/" + Self.way(from: former, to: place.store))
        return manager.fileExists(atPath: beside) ? beside : nil
    }

    /// The relative path: "../results.sqlite" from "/a/study" to "/a/results.sqlite".
    static func way(from folder: String, to file: String) -> String {
        let (steps, goal) = (folder.split(separator: "/"), file.split(separator: "/"))
        let shared = zip(steps, goal).prefix { $0 == $1 }.count
        return (Array(repeating: "..", count: steps.count - shared) + goal.dropFirst(shared))
            .joined(separator: "/")
    }
}
