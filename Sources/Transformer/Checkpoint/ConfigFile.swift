import Basics
import Torch

/// The fields of a config.json, each checked when it is read.
struct ConfigFile {
    let path: String
    private let fields: JSONValue

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
    func count(
        _ name: String, in table: JSONValue? = nil, atMost most: Int = 4_000_000
    ) throws -> Int? {
        guard let value = present(name, in: table) else { return nil }
        guard let number = value.double, let whole = Int(exactly: number), whole >= 1 else {
            throw refusal(
                "has '\(name)': \(value.settingText)", "a whole number from 1 is needed")
        }
        guard whole <= most else {
            throw refusal("has '\(name)': \(value.settingText)", "at most \(most) is possible")
        }
        return whole
    }

    /// A number above 0; nil when the field is absent or null.
    ///
    /// - Parameter most: no model has a larger one
    func number(
        _ name: String, in table: JSONValue? = nil, atMost most: Double
    ) throws -> Double? {
        guard let value = present(name, in: table) else { return nil }
        guard let number = value.double, number > 0 else {
            throw refusal("has '\(name)': \(value.settingText)", "a number above 0 is needed")
        }
        guard number <= most else {
            throw refusal("has '\(name)': \(value.settingText)", "at most \(most) is possible")
        }
        return number
    }

    func flag(_ name: String, in table: JSONValue? = nil) throws -> Bool? {
        guard let value = present(name, in: table) else { return nil }
        guard let flag = value.truth else {
            throw refusal("has '\(name)': \(value.settingText)", "true or false is needed")
        }
        return flag
    }

    /// The one value that some places of the file give; nil where none does.
    ///
    /// - Throws: `FileError` that names the places, where their values differ.
    func agreed<Value: Equatable>(_ sources: [(name: String, value: Value?)]) throws -> Value? {
        let found = sources.filter { $0.value != nil }
        guard let first = found.first else { return nil }
        if let other = found.first(where: { $0.value != first.value }) {
            throw disagreement(
                [first, other].map { source in
                    "'\(source.name)': " + (source.value.map { "\($0)" } ?? "null")
                })
        }
        return first.value
    }

    func disagreement(_ places: [String]) -> FileError {
        refusal("has " + places.joined(separator: " and "), "one value is needed")
    }

    func text(_ name: String) -> String? { fields[name]?.text }

    /// nil where the field is no object.
    func table(_ name: String) -> JSONValue? {
        fields[name].flatMap { if case .object = $0 { $0 } else { nil } }
    }

    func texts(_ name: String) -> [String]? { fields[name]?.texts }

    func present(_ name: String, in table: JSONValue? = nil) -> JSONValue? {
        (table ?? fields)[name].flatMap { $0.isNull ? nil : $0 }
    }

    /// Whether the file has the field, be it null.
    func has(_ name: String) -> Bool { fields[name] != nil }
}

extension ConfigFile {
    /// The family that the file names under `architectures` or, as transformers takes it, under
    /// `model_type`.
    func family() throws -> ModelFamily {
        let known = ModelFamily.allCases.map(\.architecture).joined(separator: ", ")
        let type = text("model_type")
        let typed = ModelFamily.allCases.first { $0.rawValue == type }
        guard let architecture = texts("architectures")?.first else {
            guard let typed else {
                throw refusal("names no architecture", "'architectures' is needed, one of \(known)")
            }
            return typed
        }
        guard let family = ModelFamily.allCases.first(where: { $0.architecture == architecture })
        else {
            throw refusal(
                "asks for architecture '\(architecture)', which is not implemented",
                "one of \(known) is needed")
        }
        if let type, typed != family {
            throw refusal(
                "has 'architectures': \(architecture) and 'model_type': \(type)",
                "the two must name one family")
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
        if present("transformers_weights") != nil {
            throw refusal(
                "names its weights by 'transformers_weights', which is not implemented",
                "weights in model.safetensors, or in shards with an index, are needed")
        }
        if let activation = text("hidden_act"), activation != "silu" {
            throw refusal("has 'hidden_act': \(activation)", "silu is needed")
        }
        let defaults = family.defaults
        let headCount = try count("num_attention_heads", atMost: 10_000) ?? 32
        let width = try count("hidden_size") ?? 4096
        // null is as many as heads; an absent field may be another number.
        let keyHeadCount =
            try count("num_key_value_heads")
            ?? (has("num_key_value_heads") ? headCount : defaults.keyHeadCount ?? headCount)
        let headSize =
            try count("head_dim", atMost: 10_000) ?? defaults.headSize ?? width / headCount
        guard headCount % keyHeadCount == 0, headSize > 0, headSize % 2 == 0 else {
            throw refusal(
                "has \(headCount) heads over \(keyHeadCount) key heads of size \(headSize)",
                "key heads must divide heads and a head's size must be even")
        }
        let context =
            try count("max_position_embeddings", atMost: 1_000_000_000) ?? defaults.contextLength
        let rope = try rope(context: context, headSize: headSize)
        var configuration = ModelConfiguration(
            family: family,
            vocabularySize: try count("vocab_size", atMost: 100_000_000) ?? defaults.vocabularySize,
            width: width, layerCount: try count("num_hidden_layers", atMost: 10_000) ?? 32,
            headCount: headCount, keyHeadCount: keyHeadCount, headSize: headSize,
            hiddenWidth: try count("intermediate_size") ?? defaults.hiddenWidth,
            normEpsilon: try number("rms_norm_eps", atMost: 1) ?? 1e-6, ropeTheta: rope.theta,
            contextLength: rope.contextLength,
            tiesEmbeddings: try flag("tie_word_embeddings") ?? false,
            hasQueryKeyValueBias: false, normalizesQueryAndKey: false,
            storedDtype: try storedDtype())
        configuration.ropeScaling = rope.scaling
        return configuration
    }

    private func storedDtype() throws -> DType? {
        // transformers 5 takes the first of the two as well.
        guard let name = text("dtype") ?? text("torch_dtype") else { return nil }
        guard let dtype = DType(rawValue: name), dtype.isFloatingPoint else {
            throw refusal(
                "is stored as '\(name)'", "float32, bfloat16 or float16 is needed")
        }
        return dtype
    }
}
