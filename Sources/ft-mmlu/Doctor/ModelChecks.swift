import Experiments
import Foundation
import Tokenization
import Torch
import Transformer

/// Checks a model's folder: its weights, its tokenizer, its chat template.
struct ModelChecks {
    let settings: ModelSettings

    var findings: [Finding] {
        [
            .of("checkpoint", checkpoint), .of("tokenizer", tokenizer),
            .of("chat template", template),
        ]
    }

    /// Looks for every tensor and compares its shape and type with config.json. Reads all of the
    /// bytes, which must be finite numbers.
    private func checkpoint() throws -> Finding {
        let checkpoint = try Checkpoint(folder: settings.folder)
        let summary = try CheckpointSummary(checkpoint)
        try checkpoint.checkWeights()
        let device = (try? Device(named: settings.device)) ?? .cpu
        let used = settings.dtype.dtype(of: checkpoint.configuration, on: device)
        let stored = summary.dtypes.map(\.dtype.rawValue).joined(separator: " and ")
        let text =
            "\(settings.folder): \(checkpoint.configuration.family.rawValue), "
            + "\(summary.parameterCount) parameters in \(Size.text(summary.byteCount)) of \(stored); "
            + "computes in \(used.rawValue)"
        let needed = summary.parameterCount * used.byteCount
        let left = try device.availableBytes()
        guard needed < left else {
            return .warning(
                "checkpoint", text,
                remedy:
                    "\(device) has \(Size.text(left)) left for weights of \(Size.text(needed)): "
                    + "free memory, or take a smaller model")
        }
        return .ok("checkpoint", text)
    }

    private static let text =
        "The answer is (B): 3 × 4 = 12, naïve café — 東京 🙂 $x^2$ \"quoted\"\n\n  def f(x):\treturn x"

    /// Converts a text to ids and back.
    private func tokenizer() throws -> Finding {
        let tokenizer = try TokenizerFile.loadTokenizer(
            folder: URL(fileURLWithPath: settings.folder))
        let ids = try tokenizer.encode(Self.text)
        let back = try tokenizer.decode(ids)
        let size = try Checkpoint(folder: settings.folder).configuration.vocabularySize
        guard back == Self.text else {
            let common = back.commonPrefix(with: Self.text).count
            return .failed(
                "tokenizer",
                "a text of \(Self.text.count) characters comes back otherwise from character "
                    + "\(common) on",
                remedy: "copy the tokenizer's files from the model's page again")
        }
        guard tokenizer.vocabularySize <= size, ids.allSatisfy({ $0 < size }) else {
            return .failed(
                "tokenizer",
                "has \(tokenizer.vocabularySize) pieces, and the model has rows for \(size) tokens",
                remedy: "the tokenizer of this checkpoint is needed")
        }
        return .ok(
            "tokenizer",
            "\(tokenizer.vocabularySize) pieces; a text of \(Self.text.count) characters is "
                + "\(ids.count) tokens and comes back")
    }

    private func template() throws -> Finding {
        let folder = URL(fileURLWithPath: settings.folder)
        do {
            guard let template = try ChatFormat.of(folder: folder, named: nil) else {
                return .ok("chat template", "none: --prompt chat and cot are not for this model")
            }
            return .ok("chat template", template.name)
        } catch let error as TokenizerError {
            return .warning(
                "chat template", "\(error)", remedy: "only --prompt chat and cot need it")
        }
    }
}
