import Basics
import Foundation
import Torch
import Tracking

/// Imports a sweep's folder into a store: the sweep, and each cell that has begun.
public struct StoredSweep {
    public let study: SweepEntry
    /// The cells, in the order in which they began.
    public let cells: [StoredFolder]
    /// Cells that ended before they began their run, by name, with the cause where it is known.
    public let others: [(cell: String, cause: String?)]

    /// Whether a folder is a sweep's.
    public static func isStudy(_ folder: String) -> Bool {
        // Opening the folder would refuse folders with links, which are sweeps all the same.
        (try? RunDirectory.recorded(in: folder)?.values["targets"]) != nil
    }

    /// The folders' contents overwrite runs that are in the store already.
    ///
    /// - Parameters:
    ///   - name: the sweep's name in the store; nil is its own name
    ///   - replaces: whether to overwrite also other runs of the same ids, whose answers are lost
    /// - Throws: `FileError` where a cell is damaged, or a process uses it; `StoreError`, also
    ///   where the store has a sweep of that name from another folder.
    public init(
        _ folder: String, as name: String? = nil, into store: Store,
        replacing replaces: Bool = false
    ) throws {
        let record = try Record(SweepDirectory(resuming: folder), as: name, in: store)
        var begun: [(path: String, start: Double)] = []
        var others: [(cell: String, cause: String?)] = []
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder + "/cells")
        for name in (names ?? []).sorted() {
            let path = folder + "/cells/" + name
            if let identity = try RunManifest.read(from: path) {
                begun.append((path, identity.startedAt))
            } else {
                others.append((name, try CellFailure(in: path)?.cause))
            }
        }
        // Cells that began at the same time are sorted by path. Each imports the sweep.
        cells = try begun.sorted { ($0.start, $0.path) < ($1.start, $1.path) }
            .map { try StoredFolder($0.path, of: record, into: store, replacing: replaces) }
        if cells.isEmpty { try store.begin(record.entry) }
        study = record.entry
        self.others = others
    }

    /// The record of the sweep itself, from its folder.
    struct Record {
        let entry: SweepEntry
        /// Whether its groups chose between settings.
        let selects: Bool

        /// The sweep that a cell's folder is in; nil where it is in none.
        init?(around cell: String, in store: Store) throws {
            let cells = URL(fileURLWithPath: FilePath.absolute(cell))
                .deletingLastPathComponent()
            let folder = cells.deletingLastPathComponent().path
            guard cells.lastPathComponent == "cells", StoredSweep.isStudy(folder) else {
                return nil
            }
            try self.init(SweepDirectory(resuming: folder), as: nil, in: store)
        }

        init(_ folder: SweepDirectory, as name: String?, in store: Store) throws {
            selects = try SweepSettings.selects(folder)
            let outcomes = (try InputFile.contents(of: folder.results))
                .flatMap { try? JSONValue(parsing: $0) }?["cells"]?
                .elements.map { $0["outcome"]?.text }
            let isDone = outcomes?.contains("open") == false
            let id = name ?? folder.name
            let path = FilePath.absolute(folder.path)
            // The store may have the same folder under another path.
            let known = try store.studies().first { $0.id == id }?.folder
            let isSame = known.map { FilePath.real($0) == FilePath.real(path) } ?? false
            entry = SweepEntry(
                id: id, kind: "sweep", folder: isSame ? known : path,
                configuration: try InputFile.contents(of: folder.config)
                    .map { String(decoding: $0, as: UTF8.self) },
                startedAt: FileManager.modificationDate(of: folder.config) ?? Date(),
                finishedAt: isDone ? FileManager.modificationDate(of: folder.results) : nil)
        }
    }
}
