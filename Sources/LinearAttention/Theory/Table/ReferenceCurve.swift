import Foundation

/// The meaning of a curve's name: a model, and settings after commas such as `s=5`.
struct ReferenceCurve {
    enum Model: Hashable {
        /// Corollary 4.1, exact.
        case pretrained
        /// v Q11 = m/(m+1+d) Sigma^-1, the paper's (10).
        case paperPretrained
        /// (15).
        case full
        /// (21).
        case value
        case oneHead
        /// q12 and q21 of the one head are 0.
        case plainHead
        case twoHeads
        /// Theorem 4.5.
        case region
        /// The best v21 for a frozen Q11.
        case frozen
    }

    /// The value of w that the name defines.
    enum Weight: Hashable {
        case number(Double)
        /// m/(m+1+d).
        case paperPretrained
        /// (m+1)/(m+1+d+sigma2), for Sigma = I.
        case exactPretrained
        /// w*(n; theta0) for this n.
        case best(Int)
    }

    let model: Model
    var weight: Weight?
    var prior = TaskPrior.standard
    var cosine: Double?
    /// s = <theta0, theta0> = <theta, theta>.
    var squaredNorm = 1.0
    /// Whether the name means the fixed problem of section 14 of the specification.
    let isGeneralOnly: Bool

    /// nil where the name is not one of a table's.
    init?(_ name: String) {
        var parts = name.components(separatedBy: ", ")
        guard let found = Self.models[parts.removeFirst()] else { return nil }
        model = found.model
        weight = found.weight
        isGeneralOnly = found.isGeneralOnly
        for part in parts {
            guard !found.settings.contains(part) else { continue }
            guard read(part) else { return nil }
        }
    }

    private mutating func read(_ setting: String) -> Bool {
        switch setting {
        case "theta~N(0,I)": prior = .standard
        case "theta~N(0,Sigma^-1)": prior = .inverseCovariance
        case "w=m/(m+1+d)": weight = .paperPretrained
        default:
            guard let equals = setting.firstIndex(of: "=") else { return false }
            let text = setting[setting.index(after: equals)...]
            if setting.hasPrefix("w=w*("), text.hasSuffix(";theta0)"),
                let n = Int(text.dropFirst(3).dropLast(8)), n >= 0
            {
                weight = .best(n)
                return true
            }
            guard let number = Double(text), number.isFinite else { return false }
            switch setting[..<equals] {
            case "w": weight = .number(number)
            case "cos" where abs(number) <= 1: cosine = number
            case "s" where number > 0: squaredNorm = number
            default: return false
            }
        }
        return true
    }

    private struct Entry {
        let model: Model
        var weight: Weight?
        var isGeneralOnly = false
        /// Settings that belong to the name.
        var settings: [String] = []
    }

    private static let models: [String: Entry] = [
        "pretrained": Entry(model: .pretrained),
        "pretrained exact": Entry(model: .pretrained),
        "pretrained exact (m+1)/(m+1+d+s2)": Entry(model: .pretrained, weight: .exactPretrained),
        "pretrained vQ11": Entry(model: .pretrained),
        "pretrained with vQ11 = m/(m+1+d) I": Entry(
            model: .paperPretrained, weight: .paperPretrained),
        "full fine-tuned": Entry(model: .full),
        "full fine-tuned (15)": Entry(model: .full),
        "value fine-tuned": Entry(model: .value),
        "value fine-tuned (21)": Entry(model: .value),
        "value fine-tuned from exact pretrained": Entry(model: .value, weight: .exactPretrained),
        "w*(n;theta)": Entry(model: .value),
        "w_bar(n)": Entry(model: .value),
        "w_bar": Entry(model: .value),
        "excess": Entry(model: .value),
        "arbitrary V,Q (one head)": Entry(model: .oneHead, isGeneralOnly: true),
        "arbitrary V,Q (two heads)": Entry(model: .twoHeads, isGeneralOnly: true),
        "gradient": Entry(model: .plainHead, isGeneralOnly: true, settings: ["q12=q21=0"]),
        "thm4.5": Entry(model: .region, isGeneralOnly: true, settings: ["v=1", "P=Qg Qg'+0.1I"]),
        "v21 zero-shot optimum": Entry(
            model: .frozen, isGeneralOnly: true, settings: ["frozen P"]),
    ]
}
