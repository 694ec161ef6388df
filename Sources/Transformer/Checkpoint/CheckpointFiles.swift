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
        let modelType = family.rawValue
        return """
            {
              "architectures": ["\(family.architecture)"],
              "attention_dropout": 0.0,
              "head_dim": \(headSize),
              "hidden_act": "silu",
              "hidden_size": \(width),
              "initializer_range": 0.02,
              "intermediate_size": \(hiddenWidth),
              "max_position_embeddings": \(contextLength),
              "model_type": "\(modelType)",
              "num_attention_heads": \(headCount),
              "num_hidden_layers": \(layerCount),
              "num_key_value_heads": \(keyHeadCount),
              "rms_norm_eps": \(normEpsilon),
              "rope_theta": \(ropeTheta),
              "tie_word_embeddings": \(tiesEmbeddings),
              "torch_dtype": "\(dtype.rawValue)",
              "use_cache": true,
              "use_sliding_window": false,
              "vocab_size": \(vocabularySize)
            }

            """
    }
}
