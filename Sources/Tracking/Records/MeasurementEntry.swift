import Basics

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

extension MeasurementEntry {
    /// The accuracy in a line of evaluations.jsonl; nil where it is no such line.
    package init?(evaluation line: some Sequence<UInt8>) {
        guard let value = try? JSONValue(parsing: line), let step = value["step"]?.whole,
            let accuracy = value["accuracy"]?.double
        else { return nil }
        guard value["asked"]?.text == "reported", let category = value["category"]?.text,
            let shots = value["shots"]?.whole
        else {
            self.init("validationAccuracy", "step \(step)", accuracy)
            return
        }
        self.init("checkpointAccuracy", "step \(step), \(shots)-shot \(category)", accuracy)
    }
}
