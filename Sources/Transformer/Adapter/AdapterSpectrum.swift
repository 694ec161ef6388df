import Torch

/// The singular values of an adapter's change to a layer's weight, scale · B · A.
public struct AdapterSpectrum: Sendable {
    public let layer: Int
    public let projection: Projection
    /// Largest first, as many as the rank; NaN where the adapter's weights are not finite.
    public let singularValues: [Double]

    /// Of every adapted layer of a folder in PEFT's format, layer by layer.
    ///
    /// - Parameter watch: called before each matrix and after the last, with the number done and
    ///   the total; an error that it throws ends the work
    /// - Throws: `FileError` for a tensor that is missing or not of the rank.
    public static func all(
        in folder: String, watch: (_ done: Int, _ count: Int) throws -> Void = { _, _ in }
    ) throws -> [AdapterSpectrum] {
        let settings = try AdapterFiles.settings(of: folder)
        let file = try AdapterFiles.weights(of: folder)
        let places = settings.places(in: settings.layers ?? AdapterFiles.layers(in: file))
        var found: [AdapterSpectrum] = []
        for (layer, projection) in places {
            try watch(found.count, places.count)
            let name = AdapterFiles.prefix + projection.path(layer: layer)
            func matrix(_ part: String) throws -> Tensor {
                let key = "\(name).\(part).weight"
                let place = part == "lora_A" ? 0 : 1
                guard let entry = file.entries[key], entry.shape.count == 2,
                    entry.shape[place] == settings.rank
                else {
                    throw FileError(
                        path: file.path, problem: "has no '\(key)' of rank \(settings.rank)",
                        remedy: "an adapter whose configuration fits is needed")
                }
                return try file.tensor(key).converted(to: .float64)
            }
            let (a, b) = (try matrix("lora_A"), try matrix("lora_B"))
            let values = try singularValues(b: b, a: a)
            found.append(
                AdapterSpectrum(
                    layer: layer, projection: projection,
                    singularValues: values.map { $0 * abs(settings.scale) }))
        }
        try watch(found.count, places.count)
        return found
    }

    /// Singular values of B · A, largest first, as many as the rank.
    ///
    /// With B = Q · R and Aᵀ = P · S they are those of R · Sᵀ, `[rank, rank]` at most: the cost is that
    /// of products, (input + output) · rank², and rank³. Nothing is squared, so that small values keep
    /// their digits.
    ///
    /// - Parameters:
    ///   - b: `[output, rank]`, float64
    ///   - a: `[rank, input]`, float64
    static func singularValues(b: Tensor, a: Tensor) throws -> [Double] {
        let rank = a.shape[0]
        guard try a.isFinite() && b.isFinite() else { return .init(repeating: .nan, count: rank) }
        let core = try b.qrTriangle().matmul(a.transposed(0, 1).qrTriangle().transposed(0, 1))
        let values: [Double] = try core.singularValues().values()
        return values + .init(repeating: 0, count: rank - values.count)
    }
}
