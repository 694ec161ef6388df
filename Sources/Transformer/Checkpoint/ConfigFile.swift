import Basics
import Foundation
import Torch

/// The fields of a config.json, each checked when it is read.
struct ConfigFile {
    let path: String
    private let fields: [String: Any]

    init(path: String) throws {
        self.path = path
        fields = try JSONFile.object(path: path)
    }

    func refusal(_ problem: String, _ remedy: String) -> FileError {
        FileError(path: path, problem: problem, remedy: remedy)
    }

    /// A whole number of at least 1; nil when the field is absent or null.
    ///
    /// - Parameter most: no model is as large; the limit keeps products of sizes finite
    func count(_ name: String, atMost most: Int = 4_000_000) throws -> Int? {
        guard let value = present(name) else { return nil }
        guard let number = value as? NSNumber, let whole = Int(exactly: number.doubleValue),
            whole >= 1
        else { throw refusal("has '\(name)': \(value)", "a whole number from 1 is needed") }
        guard whole <= most else {
            throw refusal("has '\(name)': \(value)", "at most \(most) is possible")
        }
        return whole
    }

    func requiredCount(_ name: String, atMost most: Int = 4_000_000) throws -> Int {
        guard let value = try count(name, atMost: most) else { throw missing(name) }
        return value
    }

    /// A number above 0; nil when the field is absent or null.
    ///
    /// - Parameter most: no model has a larger one
    func number(
        _ name: String, in table: [String: Any]? = nil, atMost most: Double
    ) throws -> Double? {
        guard let value = (table ?? fields)[name], !(value is NSNull) else { return nil }
        guard let number = value as? NSNumber, number.doubleValue > 0, number.doubleValue.isFinite
        else { throw refusal("has '\(name)': \(value)", "a number above 0 is needed") }
        guard number.doubleValue <= most else {
            throw refusal("has '\(name)': \(value)", "at most \(most) is possible")
        }
        return number.doubleValue
    }

    func flag(_ name: String) throws -> Bool? {
        guard let value = present(name) else { return nil }
        guard let flag = value as? Bool else {
            throw refusal("has '\(name)': \(value)", "true or false is needed")
        }
        return flag
    }

    /// Throws where the file enables a feature that is not implemented.
    func refuse(switch name: String, needing remedy: String) throws {
        guard try flag(name) ?? false else { return }
        throw refusal("switches on '\(name)', which is not implemented", remedy)
    }

    func text(_ name: String) -> String? { fields[name] as? String }

    func table(_ name: String) -> [String: Any]? { fields[name] as? [String: Any] }

    func texts(_ name: String) -> [String]? { fields[name] as? [String] }

    func missing(_ name: String) -> FileError {
        refusal("has no '\(name)'", "a checkpoint of this family needs it")
    }

    func present(_ name: String) -> Any? {
        guard let value = fields[name], !(value is NSNull) else { return nil }
        return value
    }
}

extension ConfigFile {
    /// The family that the file names.
    func family() throws -> ModelFamily {
        let known = ModelFamily.allCases.map(\.architecture).joined(separator: ", ")
        guard let architecture = texts("architectures")?.first else {
            throw refusal("names no architecture", "'architectures' is needed, one of \(known)")
        }
        guard let family = ModelFamily.allCases.first(where: { $0.architecture == architecture })
        else {
            throw refusal(
                "asks for architecture '\(architecture)', which is not implemented",
                "one of \(known) is needed")
        }
        return family
    }

    /// The fields that all families share, from configs of transformers 4 and 5.
    func common(_ family: ModelFamily) throws -> ModelConfiguration {
        if let quantisation = Quantisation(self) { throw quantisation.refusal(of: path) }
        for unsupported in ["quantization_config", "num_experts", "num_local_experts"]
        where present(unsupported) != nil {
            throw refusal(
                "has '\(unsupported)', which is not implemented",
                "a dense checkpoint in 16 or 32 bits is needed")
        }
        if let activation = text("hidden_act"), activation != "silu" {
            throw refusal("has 'hidden_act': \(activation)", "silu is needed")
        }
        let headCount = try requiredCount("num_attention_heads", atMost: 10_000)
        let width = try requiredCount("hidden_size")
        let keyHeadCount = try count("num_key_value_heads") ?? headCount
        let headSize = try count("head_dim", atMost: 10_000) ?? width / headCount
        guard headCount % keyHeadCount == 0, headSize > 0, headSize % 2 == 0 else {
            throw refusal(
                "has \(headCount) heads over \(keyHeadCount) key heads of size \(headSize)",
                "key heads must divide heads and a head's size must be even")
        }
        guard let epsilon = try number("rms_norm_eps", atMost: 1) else {
            throw missing("rms_norm_eps")
        }
        return ModelConfiguration(
            family: family, vocabularySize: try requiredCount("vocab_size", atMost: 100_000_000),
            width: width,
            layerCount: try requiredCount("num_hidden_layers", atMost: 10_000),
            headCount: headCount,
            keyHeadCount: keyHeadCount, headSize: headSize,
            hiddenWidth: try requiredCount("intermediate_size"), normEpsilon: epsilon,
            ropeTheta: try ropeTheta(),
            contextLength: try requiredCount("max_position_embeddings", atMost: 1_000_000_000),
            tiesEmbeddings: try flag("tie_word_embeddings") ?? false,
            hasQueryKeyValueBias: try attentionBias(), normalizesQueryAndKey: false,
            storedDtype: try storedDtype())
    }

    private func attentionBias() throws -> Bool {
        guard try flag("attention_bias") ?? false else { return false }
        throw refusal(
            "switches on 'attention_bias', which is not implemented for this family",
            "a checkpoint without it is needed")
    }

    private func ropeTheta() throws -> Double {
        for name in ["rope_scaling", "rope_parameters"] {
            guard let table = table(name) else { continue }
            let kind = (table["rope_type"] ?? table["type"]) as? String ?? "default"
            guard kind == "default" else {
                throw refusal(
                    "scales its rotary positions by '\(kind)', which is not implemented",
                    "a checkpoint with rope type 'default' is needed")
            }
        }
        let most = 1e12
        let nested = try table("rope_parameters").flatMap {
            try number("rope_theta", in: $0, atMost: most)
        }
        guard let theta = try nested ?? number("rope_theta", atMost: most) else {
            throw missing("rope_theta")
        }
        return theta
    }

    private func storedDtype() throws -> DType? {
        guard let name = text("dtype") ?? text("torch_dtype") else { return nil }
        guard let dtype = DType(rawValue: name), dtype.isFloatingPoint else {
            throw refusal(
                "is stored as '\(name)'", "float32, bfloat16 or float16 is needed")
        }
        return dtype
    }
}

/// JSON files from outside.
enum JSONFile {
    /// - Throws: `FileError` when the file is missing or is no JSON object.
    static func object(path: String) throws -> [String: Any] {
        guard let data = try FileFormat.json.contents(of: path) else {
            throw FileError(path: path, problem: "cannot be read")
        }
        guard let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            let fault = JSONSyntax(faultIn: data).map { ": \($0)" } ?? ""
            throw FileError(path: path, problem: "is not a JSON object" + fault)
        }
        return object
    }
}
