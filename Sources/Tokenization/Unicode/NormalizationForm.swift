/// Unicode's normalisation forms, as Hugging Face's library computes them (UAX #15, section 1.3).
///
/// Foundation's own form C is wrong in Swift 6.3 for a few hundred pairs: U+10041 with U+0301
/// becomes U+00C1. So only its decomposition of single characters is used, for the tables.
enum NormalizationForm: String, Sendable {
    case composed = "NFC"
    case decomposed = "NFD"
    case compatibleComposed = "NFKC"
    case compatibleDecomposed = "NFKD"

    /// The bytes in this form; nil where they already are in it.
    ///
    /// - Parameter text: well-formed UTF-8.
    func normalized(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        let isIn = self == .composed ? CommonCharacters.fill(text) : text.allSatisfy { $0 < 0x80 }
        if isIn { return nil }
        let tables = CompositionTables.standard
        var marked = decomposed(String(decoding: text, as: UTF8.self), by: tables)
        Self.sortMarks(in: &marked)
        let composes = self == .composed || self == .compatibleComposed
        let scalars = composes ? Self.compose(marked, by: tables) : marked.map(\.scalar)
        let bytes = scalars.flatMap(\.utf8)
        return bytes.elementsEqual(text) ? nil : bytes
    }

    /// A character and its combining class: 0 for all but marks.
    private typealias Marked = (scalar: Unicode.Scalar, combiningClass: UInt8)

    private func decomposed(_ text: String, by tables: CompositionTables) -> [Marked] {
        let isCompatible = self == .compatibleComposed || self == .compatibleDecomposed
        var marked: [Marked] = []
        marked.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            let parts =
                isCompatible
                ? CompositionTables.compatibleDecomposition(of: scalar)
                : tables.decomposition(of: scalar)
            for part in parts {
                marked.append((part, tables.combiningClass(of: part)))
            }
        }
        return marked
    }

    /// Sorts every run of marks by their classes; the sort is stable.
    private static func sortMarks(in marked: inout [Marked]) {
        var start = 0
        while start < marked.count {
            guard marked[start].combiningClass > 0 else {
                start += 1
                continue
            }
            let end = marked[start...].firstIndex { $0.combiningClass == 0 } ?? marked.count
            let order = (start..<end).sorted {
                (marked[$0].combiningClass, $0) < (marked[$1].combiningClass, $1)
            }
            marked.replaceSubrange(start..<end, with: order.map { marked[$0] })
            start = end
        }
    }

    /// Joins each starter with what follows it, unless something of the same class is between.
    private static func compose(
        _ marked: [Marked], by tables: CompositionTables
    ) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        result.reserveCapacity(marked.count)
        var starter: Int?
        var lastClass: UInt8 = 0
        for (scalar, combiningClass) in marked {
            if let starter, lastClass < combiningClass || starter == result.count - 1,
                let joined = tables.composite(result[starter], scalar)
            {
                result[starter] = joined
                continue
            }
            result.append(scalar)
            lastClass = combiningClass
            if combiningClass == 0 { starter = result.count - 1 }
        }
        return result
    }
}
