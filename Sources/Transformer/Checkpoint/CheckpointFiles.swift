import Foundation
import Torch

extension Decoder {
    /// Writes config.json and model.safetensors in Hugging Face's layout; transformers reads them.
    ///
    /// - Parameter folder: exists
    public func writeCheckpoint(to folder: String) throws {
        var tensors: [String: Tensor] = [:]
        for (name, tensor) in weights { tensors[name] = try tensor.detached() }
        try SafetensorsFile.write(tensors, to: folder + "/model.safetensors")
        try AtomicFile.write(configuration.json(dtype: dtype), to: folder + "/config.json")
    }
}

extension ModelConfiguration {
    /// The config.json that describes this model, in the names of transformers 4, which version 5
    /// reads too.
    func json(dtype: DType) -> String {
        var fields = [
            ("architectures", "[\"\(family.architecture)\"]"), ("attention_dropout", "0.0"),
            ("head_dim", "\(headSize)"), ("hidden_act", "\"silu\""), ("hidden_size", "\(width)"),
            ("initializer_range", "0.02"), ("intermediate_size", "\(hiddenWidth)"),
            ("max_position_embeddings", "\(positionCount)"),
            ("model_type", "\"\(family.rawValue)\""), ("num_attention_heads", "\(headCount)"),
            ("num_hidden_layers", "\(layerCount)"), ("num_key_value_heads", "\(keyHeadCount)"),
            ("rms_norm_eps", "\(normEpsilon)"), ("rope_theta", "\(ropeTheta)"),
            ("tie_word_embeddings", "\(tiesEmbeddings)"),
            ("torch_dtype", "\"\(dtype.rawValue)\""), ("use_cache", "true"),
            ("vocab_size", "\(vocabularySize)"),
        ]
        switch family {
        case .qwen2: fields.append(("use_sliding_window", "false"))
        case .qwen3:
            fields.append(("use_sliding_window", "false"))
            fields.append(("attention_bias", "\(hasOutputBias)"))
        case .llama:
            fields.append(("attention_bias", "\(hasOutputBias)"))
            fields.append(("mlp_bias", "\(hasFeedForwardBias)"))
        case .mistral: fields.append(("sliding_window", "null"))
        }
        if let scaling = ropeScaling.json { fields.append(("rope_scaling", scaling)) }
        let lines = fields.sorted { $0.0 < $1.0 }.map { "  \"\($0.0)\": \($0.1)" }
        return "{\n" + lines.joined(separator: ",\n") + "\n}\n"
    }

    /// `max_position_embeddings`: the context before some kinds of scaling lengthen it.
    private var positionCount: Int {
        switch ropeScaling {
        case .linear(_, let context), .dynamic(_, let context): context
        case .none, .llama3, .yarn: contextLength
        }
    }
}

extension RopeScaling {
    /// `rope_scaling` of config.json; nil where there is none.
    fileprivate var json: String? {
        func table(_ kind: String, _ fields: [(String, String)]) -> String {
            let all = fields + [("rope_type", "\"\(kind)\"")]
            return "{" + all.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
        }
        switch self {
        case .none: return nil
        case .linear(let factor, _): return table("linear", [("factor", "\(factor)")])
        case .dynamic(let factor, _): return table("dynamic", [("factor", "\(factor)")])
        case .llama3(let rule):
            return table(
                "llama3",
                [
                    ("factor", "\(rule.factor)"),
                    ("high_freq_factor", "\(rule.highFrequencyFactor)"),
                    ("low_freq_factor", "\(rule.lowFrequencyFactor)"),
                    ("original_max_position_embeddings", "\(rule.originalContext)"),
                ])
        case .yarn(let rule):
            return table(
                "yarn",
                [
                    ("attention_factor", "\(rule.attentionFactor)"),
                    ("beta_fast", "\(rule.betaFast)"), ("beta_slow", "\(rule.betaSlow)"),
                    ("factor", "\(rule.factor)"),
                    ("original_max_position_embeddings", "\(rule.originalContext)"),
                    ("truncate", "\(rule.truncatesBounds)"),
                ])
        }
    }
}
