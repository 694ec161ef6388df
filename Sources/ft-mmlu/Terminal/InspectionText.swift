import Experiments
import Foundation
import Torch
import Training
import Transformer

/// Summaries of checkpoints and adapters as lines of text.
enum InspectionText {
    static func lines(_ summary: CheckpointSummary) -> [String] {
        let model = summary.configuration
        let ties = model.tiesEmbeddings ? "tied to the head" : "head of its own"
        let scaling = model.ropeScaling.name.map { ", rotary positions scaled by \($0)" } ?? ""
        let usual: [(String, Set<Projection>)] = [
            ("V", [.v]), ("QKV", [.q, .k, .v]), ("QKVO", [.q, .k, .v, .o]),
            ("all", Set(Projection.allCases)),
        ]
        return [
            "family: \(model.family.rawValue)", "architecture: \(model.family.architecture)",
            "layers: \(model.layerCount)",
            "width: \(model.width), feed-forward \(model.hiddenWidth)",
            "heads: \(model.headCount) of size \(model.headSize), "
                + "\(model.keyHeadCount) for keys and values",
            "vocabulary: \(model.vocabularySize), \(ties)",
            "context: \(model.contextLength) tokens" + scaling,
            "parameters: \(summary.parameterCount)",
            "dtype: \(summary.dtypes.map(\.dtype.rawValue).joined(separator: ", "))",
            "bytes: \(summary.byteCount) in \(summary.fileCount) "
                + (summary.fileCount == 1 ? "file" : "files"),
            "cache: \(summary.cacheBytesPerToken) bytes a token",
        ]
            + usual.map { name, targets in
                let count = model.parameterCount(of: LoRASettings(targets: targets))
                return "adapter of rank 8 on \(name): \(count) parameters, "
                    + share(count, of: summary.parameterCount)
            }
    }

    /// - Parameters:
    ///   - folder: the adapter's folder
    ///   - model: the model to compare with; nil is the one that the adapter names
    ///   - isStrict: whether a model other than the one the adapter was trained on is an error
    static func lines(
        _ summary: AdapterSummary, folder: String, model: String?, isStrict: Bool
    ) throws -> [String] {
        let settings = summary.settings
        let layers = settings.layers.map { $0.map(String.init).joined(separator: ", ") }
        return [
            "adapter: \(settings.isRankStabilized ? "rank-stabilised LoRA" : "LoRA")",
            "rank: \(settings.rank), alpha \(settings.alpha), scale \(settings.scale)",
            "targets: " + settings.orderedTargets.map(\.moduleName).joined(separator: ", "),
            "layers: " + (layers ?? "all \(summary.layerCount)"),
            "parameters: \(summary.parameterCount)",
            "dtype: \(summary.dtypes.map(\.rawValue).joined(separator: ", "))",
            "bytes: \(summary.byteCount)",
        ] + changes(try AdapterSpectrum.all(in: folder)) + [
            "trained on: \(summary.baseModel ?? "not said")",
            "trainable share: "
                + (try trainableShare(
                    summary, folder: folder, model: model, isStrict: isStrict)),
        ]
    }

    /// For each projection: the number of directions in which its change acts, as mean (least to
    /// most) over the layers.
    private static func changes(_ spectra: [AdapterSpectrum]) -> [String] {
        SweepRow.Rank.all(of: spectra).map { rank in
            "change of \(rank.projection.rawValue): effective rank \(rank.effectiveRank.text), "
                + "participation ratio \(rank.participationRatio.text), "
                + "share of the first \(rank.firstShare.text)"
        }
    }

    private static func trainableShare(
        _ summary: AdapterSummary, folder: String, model: String?, isStrict: Bool
    ) throws -> String {
        do {
            guard let name = model ?? summary.baseModel else { return "unknown; name a --model" }
            let checkpoint = try Checkpoint(folder: HubCache().modelFolder(name))
            try BaseModel(name: name, folder: checkpoint.folder).check(
                folder, isStrict: isStrict, notice: Terminal.note)
            let base = try CheckpointSummary(checkpoint)
            try AdapterFiles.read(
                from: folder,
                onto: checkpoint.load(dtype: base.dtypes.first?.dtype ?? .float32, device: .cpu))
            return share(summary.parameterCount, of: base.parameterCount)
        } catch {
            // The model that the adapter names is only a hint.
            guard model == nil, !(error is OtherBaseModel) else { throw error }
            return "unknown; \(error)"
        }
    }

    /// The share of the model's parameters, without the adapter's.
    private static func share(_ count: Int, of total: Int) -> String {
        let percent = 100 * Double(count) / Double(max(total, 1))
        let text = "\((percent * 10_000).rounded() / 10_000)"
        return "\(text) % of \(total)"
    }
}
