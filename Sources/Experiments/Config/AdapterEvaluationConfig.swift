import Basics
import Benchmarks

/// Which adapter is evaluated, and whether the base model is evaluated too.
public struct AdapterEvaluationConfig: ConfigGroup {
    /// The adapter's folder; nil evaluates the base model.
    public var adapter: String?
    /// The factors that the adapter's effect is multiplied by; each is evaluated.
    public var adapterScale = AdapterScales([1])
    /// Whether an adapter that was trained on another model is an error.
    public var strict = false
    /// Whether the base model is evaluated too.
    public var withBase = false
    /// The category whose gain the forgetting report compares with drops; nil is the adapter's.
    public var targetCategory: Benchmarks.Category?

    public init() {}
}

/// The factors for an adapter's effect: one number, or several with commas.
public struct AdapterScales: SettingValue {
    public var scales: [Double]

    public init(_ scales: [Double]) { self.scales = scales }

    public var setting: JSONValue {
        scales.count == 1 ? .number(scales[0]) : .string(scales.setting.settingText)
    }

    public static func read(_ value: JSONValue, within bounds: Bounds) throws -> AdapterScales {
        let scales = try value.settingElements.map {
            // Normalises negative zero to zero.
            let scale = try Double.read($0, within: .number(-1000...1000))
            return scale == 0 ? 0 : scale
        }
        guard Set(scales).count == scales.count else { throw Mismatch("each scale once is needed") }
        return AdapterScales(scales)
    }
}
