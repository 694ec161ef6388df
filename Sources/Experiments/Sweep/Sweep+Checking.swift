import Basics
import Tracking

/// The comparison of a resumed sweep with what its cells began with.
extension Sweep {
    /// Compares the record of each cell that has begun with what the study gives it now.
    ///
    /// The study may have more cells than before.
    ///
    /// - Parameter questions: nil compares only the settings and the files that they name
    /// - Throws: `FileError` that names what has changed, and the cells.
    func checkCells(_ questions: SweepQuestions? = nil) throws {
        var changes = InputChanges()
        var cells: [String] = []
        var gap: String?
        // Cells of a category and loss differ in nothing but settings.
        var contents: [String: InputRecord] = [:]
        for cell in [nil] + settings.cells.map(Optional.some) {
            let name = cell?.name ?? SweepResults.baseName
            let place = folder.cell(name).path
            guard let began = try InputRecord.read(from: place) else { continue }
            let part = cell.map { "\($0.family.category.rawValue) \($0.family.weights.isEmpty)" }
            let given = try given(cell)
            var now =
                try contents[part ?? ""] ?? questions?.inputs(of: cell)
                ?? InputRecord(given.settings, unnamed: given.unnamed)
            contents[part ?? ""] = now
            now.add(settings: given.settings)
            let found = InputChanges(
                from: began, to: now, ignoring: settings.impliesEvaluations ? ["eval-every"] : [])
            if !found.isEmpty { cells.append(name) }
            changes.formUnion(found)
            gap = gap ?? began.gap(in: place)
        }
        guard changes.isEmpty else {
            throw FileError(
                path: folder.path,
                problem: "since it began, this has changed: \(changes), for "
                    + (cells.count == 1 ? "cell " : "cells ") + cells.joined(separator: ", "),
                remedy: "a study resumes with what it began with; put it back, or start a new "
                    + "study with --output")
        }
        if questions != nil, let gap { try report(.run(.notice(gap))) }
    }

    /// The settings of a cell, as its config.yaml has them, and files that they do not name; nil is
    /// the base model's.
    private func given(
        _ cell: Trial?
    ) throws -> (settings: [(String, JSONValue)], unnamed: [(String, JSONValue)]) {
        guard let cell else {
            let evaluation = try settings.evaluation
            return (
                InputRecord.settings(settings.model, evaluation, Self.baseConfig),
                evaluation.unnamedFiles
            )
        }
        let evaluation = try settings.evaluation(of: cell)
        let training = try settings.training(of: cell)
        return (
            InputRecord.settings(settings.model, evaluation, training),
            evaluation.unnamedFiles + training.unnamedFiles
        )
    }
}
