/// A number that was measured of a run: an effective rank, seconds, bytes.
public struct MeasurementEntry: Hashable, Codable, Sendable {
    /// The name of the measured quantity.
    public var name: String
    /// The measured part, as "layer 3"; empty for the whole.
    public var detail: String
    public var value: Double

    public init(_ name: String, _ detail: String = "", _ value: Double) {
        self.name = name
        self.detail = detail
        self.value = value
    }
}
