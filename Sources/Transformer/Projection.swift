/// A linear layer of every decoder layer that an adapter can be put on.
public enum Projection: String, CaseIterable, Codable, Sendable {
    case q, k, v, o, gate, up, down

    /// Its name in a checkpoint.
    public var moduleName: String { rawValue + "_proj" }

    /// Its path below `model.layers.{i}.`.
    var path: String {
        switch self {
        case .q, .k, .v, .o: "self_attn." + moduleName
        case .gate, .up, .down: "mlp." + moduleName
        }
    }

    /// Its path in a checkpoint.
    public func path(layer: Int) -> String { "model.layers.\(layer).\(path)" }
}
