import Foundation
import Results
import Statistics
import Transformer

/// What a study says of itself in the store, beside the rows of its runs.
extension Sweep {
    /// The store's file, an absolute path; nil for none.
    public var storePath: String? {
        store.map { URL(fileURLWithPath: $0.path).standardizedFileURL.path }
    }

    func recordBeginning() throws {
        try store?.begin(
            StudyEntry(
                id: folder.name, kind: "sweep",
                folder: URL(fileURLWithPath: folder.path).standardizedFileURL.path,
                configuration: try settings.record.yaml))
    }

    /// Records what was seen of an adapter beside its answers: the ranks of what it adds to each
    /// weight, and how it answered the selection sample.
    func measure(_ run: RunFolder, _ training: TrainSettings) throws {
        guard let store, let id = try RunIdentity.read(from: run.path)?.id else { return }
        var found = try AdapterSpectrum.all(in: run.adapter).flatMap { spectrum in
            let part = "layer \(spectrum.layer) \(spectrum.projection.rawValue)"
            return Spectrum(singularValues: spectrum.singularValues).map {
                [
                    MeasurementEntry("effective rank", part, $0.effectiveRank),
                    MeasurementEntry("participation ratio", part, $0.participationRatio),
                    MeasurementEntry("share of the first", part, $0.firstShare),
                ]
            } ?? []
        }
        if settings.selects {
            let score = try SelectionScore(run: run.path, keeps: training.keeping.adapter)
            found.append(MeasurementEntry("selection accuracy", "", score.accuracy))
        }
        try store.append(found, to: id)
    }
}
