/// The linear layers that an adapter_config.json selects, by PEFT's rules.
///
/// A list has ends of paths, a text is an expression over whole paths, and `all-linear` is every
/// linear layer but the head. `exclude_modules` takes layers away.
/// Source: huggingface/peft 0.21.2, `check_target_module_exists` in `tuners/tuners_utils.py`.
struct AdapterTargets {
    /// Layers of a model's decoder, of which there are no more.
    static let mostLayers = 10_000

    /// Linear layers by the end of their path: `v_proj`, `self_attn.v_proj`,
    /// `model.layers.0.self_attn.v_proj`.
    struct PathEnd {
        let projection: Projection
        /// nil where the end does not name the layer.
        let layer: Int?
        let isWhole: Bool

        /// nil where no path of a decoder's linear layer ends so.
        init?(_ text: String) {
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            let projection = Projection.allCases.first { parts.last == $0.moduleName[...] }
            guard let projection else { return nil }
            let layer = parts.count > 2 ? Int(parts[parts.count - 3]) : nil
            let path = projection.path(layer: layer ?? 0).split(separator: ".")
            guard parts.count <= path.count, parts.count <= 2 || layer != nil,
                (0..<AdapterTargets.mostLayers).contains(layer ?? 0),
                path.suffix(parts.count).elementsEqual(parts)
            else { return nil }
            (self.projection, self.layer) = (projection, layer)
            isWhole = parts.count == path.count
        }

        func matches(_ projection: Projection, layer: Int) -> Bool {
            self.projection == projection && (self.layer ?? layer) == layer
        }
    }

    enum Rule {
        case ends([PathEnd])
        case expression(ModuleExpression)
        case allLinear

        func matches(_ projection: Projection, layer: Int) throws -> Bool {
            switch self {
            case .ends(let ends): ends.contains { $0.matches(projection, layer: layer) }
            case .expression(let expression): try expression.matches(projection.path(layer: layer))
            case .allLinear: true
            }
        }
    }

    let selected: Rule
    let excluded: Rule?
    /// `layers_to_transform`; nil is all. It does not limit whole paths.
    let layers: Set<Int>?

    /// The selection as projections of every layer, or of some; nil where it depends on the model.
    var plain: (targets: Set<Projection>, layers: [Int]?)? {
        guard excluded == nil else { return nil }
        switch selected {
        case .ends(let ends) where ends.allSatisfy { $0.layer == nil }:
            return (Set(ends.map(\.projection)), layers?.sorted())
        case .allLinear: return (Set(Projection.allCases), nil)
        case .ends, .expression: return nil
        }
    }

    /// The projections that are selected in each layer.
    ///
    /// - Parameter layerCount: layers of the model; those that are named beyond it are there too
    func byLayer(layerCount: Int) throws -> [Int: Set<Projection>] {
        var found: [Int: Set<Projection>] = [:]
        for layer in 0..<layerCount {
            let targets = try targets(ofLayer: layer)
            if !targets.isEmpty { found[layer] = targets }
        }
        if case .ends(let ends) = selected {
            for end in ends {
                if let layer = end.layer, layer >= layerCount,
                    try selects(end.projection, layer: layer)
                {
                    found[layer, default: []].insert(end.projection)
                }
            }
        }
        return found
    }

    func targets(ofLayer layer: Int) throws -> Set<Projection> {
        Set(try Projection.allCases.filter { try selects($0, layer: layer) })
    }

    private func selects(_ projection: Projection, layer: Int) throws -> Bool {
        if try excluded?.matches(projection, layer: layer) ?? false { return false }
        guard case .ends(let ends) = selected, let layers else {
            return try selected.matches(projection, layer: layer)
        }
        return ends.contains {
            $0.matches(projection, layer: layer) && ($0.isWhole || layers.contains(layer))
        }
    }
}
