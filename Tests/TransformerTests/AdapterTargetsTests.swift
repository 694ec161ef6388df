import Foundation
import TestSupport
import Testing
import Torch
import Transformer

/// The layers that an adapter_config.json selects, beside PEFT (`scripts/oracle/adapter_targets.py`).
@Suite struct AdapterTargetsTests {
    /// The fields of a configuration, and the paths of the layers that PEFT adapts on 12 layers.
    struct Form: Sendable, CustomTestStringConvertible {
        let fields: String
        let adapted: [String]
        var testDescription: String { fields }
    }

    static let forms: [Form] = {
        let path = Fixture.golden + "/layouts/targets.json"
        let value = (try? Data(contentsOf: URL(filePath: path))).flatMap {
            try? JSONSerialization.jsonObject(with: $0)
        }
        return (value as? [[String: Any]] ?? []).compactMap { form in
            guard let fields = form["config"], let adapted = form["adapted"] as? [String],
                let text = try? JSONSerialization.data(
                    withJSONObject: fields, options: .sortedKeys)
            else { return nil }
            return Form(fields: String(decoding: text, as: UTF8.self), adapted: adapted)
        }
    }()

    private func decoder(layers: Int) throws -> Decoder {
        var configuration = TinyModel.configuration
        configuration.layerCount = layers
        return try TinyModel.decoder(configuration)
    }

    /// A model with adapters on some of its layers, saved with other fields in its configuration.
    private func withAdapter(
        on paths: [String], of layers: Int = 12, fields: String,
        _ body: (_ folder: String, _ adapted: Decoder) throws -> Void
    ) throws {
        var byLayer: [Int: Set<Projection>] = [:]
        for layer in 0..<layers {
            byLayer[layer] = Set(
                Projection.allCases.filter { paths.contains($0.path(layer: layer)) })
        }
        byLayer = byLayer.filter { !$0.value.isEmpty }
        var settings = LoRASettings(
            targets: byLayer.values.reduce(into: []) { $0.formUnion($1) }, rank: 2, alpha: 3)
        settings.layers = byLayer.keys.sorted()
        settings.targetsByLayer = byLayer
        let decoder = try decoder(layers: layers)
        let generator = try Generator(seed: 2)
        try decoder.attachAdapters(settings, using: generator)
        for placed in decoder.adapters {
            try placed.adapter.b.fillNormal(deviation: 0.3, using: generator)
        }
        #expect(decoder.adapters.map(\.path) == paths)
        try Fixture.withTemporaryFolder { folder in
            try AdapterFiles.write(decoder, settings: settings, baseModel: "m", to: folder)
            let value = try JSONSerialization.jsonObject(with: Data(fields.utf8))
            var changes: [String: Any?] = ["layers_to_transform": nil, "layers_pattern": nil]
            for (name, value) in try #require(value as? [String: Any]) { changes[name] = value }
            try JSON.edit(folder + "/adapter_config.json", changes)
            try body(folder, decoder)
        }
    }

    private func logits(_ decoder: Decoder) throws -> Tensor {
        try withoutGradient { try decoder.logits(PackedForest(roots: [TinyModel.tokens(5)])) }
    }

    @Test func `the forms are there`() { #expect(Self.forms.count == 21) }

    @Test(arguments: forms)
    func `the layers are those that PEFT adapts`(form: Form) throws {
        try withAdapter(on: form.adapted, fields: form.fields) { folder, adapted in
            let expected = try logits(adapted)
            let other = try decoder(layers: 12)
            let settings = try AdapterFiles.read(from: folder, onto: other)
            #expect(other.adapters.map(\.path) == form.adapted)
            try expectClose(logits(other), expected, .exact)
            #expect(try AdapterFiles.settings(of: folder) == settings)
            let summary = try AdapterSummary(folder: folder)
            #expect(
                other.configuration.parameterCount(of: settings) == summary.parameterCount)
            #expect(try AdapterSpectrum.all(in: folder).count == form.adapted.count)

            // What is written again selects the same.
            try AdapterFiles.write(other, settings: settings, baseModel: "m", to: folder + "/again")
            let third = try decoder(layers: 12)
            #expect(try AdapterFiles.read(from: folder + "/again", onto: third) == settings)
            try expectClose(logits(third), expected, .exact)
        }
    }

    @Test(arguments: forms)
    func `a tensor less or more than PEFT adapts is refused`(form: Form) throws {
        try withAdapter(on: form.adapted, fields: form.fields) { folder, _ in
            let path = folder + "/adapter_model.safetensors"
            let last = try #require(form.adapted.last)
            let key = "base_model.model.\(last).lora_B.weight"
            var removed: Tensor?
            try SafetensorsFile.edit(path) { removed = $0.removeValue(forKey: key) }
            expectRefusal("\(path): has no '\(key)'; the adapter's target_modules need it") {
                try AdapterFiles.read(from: folder, onto: decoder(layers: 12))
            }
            let lost = "base_model.model.model.layers.12.mlp.down_proj.lora_B.weight"
            try SafetensorsFile.edit(path) {
                $0[key] = removed
                $0[lost] = removed
            }
            let words = refusal { try AdapterFiles.read(from: folder, onto: decoder(layers: 12)) }
            #expect(
                words?.hasPrefix("\(path): has '\(lost)', which belongs to no layer") ?? false,
                "\(words ?? "")")
        }
    }

    private static let known = "q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj"

    static let refusals: [(fields: String, words: String)] = [
        (
            "{\"target_modules\": [\"layers.x.self_attn.v_proj\"]}",
            "targets 'layers.x.self_attn.v_proj'; targets among \(known) are needed"
        ),
        (
            "{\"target_modules\": [\"mlp.v_proj\"]}",
            "targets 'mlp.v_proj'; targets among \(known) are needed"
        ),
        (
            "{\"target_modules\": [\"v_proj\", \"lm_head\"]}",
            "targets 'lm_head'; targets among \(known) are needed"
        ),
        (
            "{\"target_modules\": [\"layers.7.self_attn.q_proj\", \"v_proj\"]}",
            "puts adapters on layer 7; the model has 2 layers, counted from 0"
        ),
        (
            "{\"target_modules\": \".*c_attn\"}",
            "has target_modules that select no layer of 2; modules among \(known) are needed"
        ),
        (
            "{\"target_modules\": [\"v_proj\"], \"exclude_modules\": \".*\"}",
            "has target_modules that select no layer of 2; modules among \(known) are needed"
        ),
        (
            "{\"target_modules\": \".*(v_proj\"}",
            "has 'target_modules': .*(v_proj, which is no expression (missing closing "
                + "parenthesis); a list of names among \(known), or an expression over their "
                + "paths, is needed"
        ),
        (
            "{\"exclude_modules\": \"[\"}",
            "has 'exclude_modules': [, which is no expression (missing terminating ] for "
                + "character class); a list of names among \(known), or an expression over their "
                + "paths, is needed"
        ),
        (
            "{\"target_modules\": \"(([a-z0-9_.])+)+[XY]\"}",
            "has an expression of modules that takes too long (match limit exceeded)"
        ),
        (
            "{\"target_modules\": \".*v_proj\", \"layers_to_transform\": [1]}",
            "has 'layers_to_transform' beside a text in 'target_modules'; a list there is needed, "
                + "or the layers in the text"
        ),
    ]

    @Test(arguments: refusals)
    func `what selects nothing, or too slowly, is refused`(
        change: (fields: String, words: String)
    ) throws {
        let paths = (0..<2).map { Projection.v.path(layer: $0) }
        try withAdapter(on: paths, of: 2, fields: change.fields) { folder, _ in
            expectRefusal("\(folder)/adapter_config.json: \(change.words)") {
                try AdapterFiles.read(from: folder, onto: decoder(layers: 2))
            }
        }
    }

    @Test func `a configuration with a byte order mark is read`() throws {
        let paths = (0..<2).map { Projection.v.path(layer: $0) }
        try withAdapter(on: paths, of: 2, fields: "{}") { folder, _ in
            let path = folder + "/adapter_config.json"
            let data = try Data(contentsOf: URL(filePath: path))
            try (Data([0xEF, 0xBB, 0xBF]) + data).write(to: URL(filePath: path))
            #expect(try AdapterFiles.read(from: folder, onto: decoder(layers: 2)).targets == [.v])
        }
    }
}
