import Torch

/// The kind and the size of an adapter.
public struct AdapterSummary: Sendable {
    public let settings: LoRASettings
    /// The model that its configuration names as its base; only a hint.
    public let baseModel: String?
    public let parameterCount: Int
    /// The bytes of the weights, as they are stored.
    public let byteCount: Int
    /// The types that weights are stored in, in the order of their names.
    public let dtypes: [DType]
    /// Decoder layers that have an adapter, as the names of its tensors say.
    public let layerCount: Int

    /// Reads the configuration and the header of the weights.
    public init(folder: String) throws {
        settings = try AdapterFiles.settings(of: folder)
        baseModel = try AdapterFiles.baseModel(of: folder)
        let file = try AdapterFiles.weights(of: folder)
        parameterCount = file.entries.values.reduce(0) { $0 + $1.shape.reduce(1, *) }
        byteCount = file.entries.values.reduce(0) { $0 + $1.bytes.count }
        dtypes = Set(file.entries.values.map(\.dtype)).sorted { $0.rawValue < $1.rawValue }
        layerCount = AdapterFiles.layers(in: file).count
    }
}
