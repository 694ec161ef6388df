import Foundation

/// Which characters decompose into which, and which pairs compose.
///
/// Made once from the tables of Swift's library, up to the Unicode version of Hugging Face's library.
struct CompositionTables: Sendable {
    static let standard = CompositionTables()

    /// The Unicode version of the normaliser in tokenizers 0.23; it treats later characters as
    /// unassigned.
    private static let version: Unicode.Version = (9, 0)

    /// Where characters of that version decompose, the syllables of Hangul aside.
    private static let places: [ClosedRange<UInt32>] = [
        0x00C0...0x2FFF, 0x3040...0x30FF, 0xF900...0xFB4F, 0x11000...0x115FF, 0x1D100...0x1D1FF,
        0x2F800...0x2FA1F,
    ]

    private var decompositions: [Unicode.Scalar: [Unicode.Scalar]] = [:]
    private var composites: [Pair: Unicode.Scalar] = [:]

    private struct Pair: Hashable {
        let first: Unicode.Scalar
        let second: Unicode.Scalar
    }

    private init() {
        var wholes: [[Unicode.Scalar]: Unicode.Scalar] = [:]
        for scalar in Self.places.joined().compactMap(Unicode.Scalar.init)
        where Self.isKnown(scalar) {
            let whole = String(scalar)
            let parts = Array(whole.decomposedStringWithCanonicalMapping.unicodeScalars)
            guard parts != [scalar] else { continue }
            decompositions[scalar] = parts
            if !scalar.properties.isFullCompositionExclusion { wholes[parts] = scalar }
        }
        // A character of three parts is that of the first two, composed with the third.
        for (parts, whole) in wholes {
            guard let second = parts.last, let only = parts.first else { continue }
            let first = parts.count == 2 ? only : wholes[Array(parts.dropLast())]
            if let first { composites[Pair(first: first, second: second)] = whole }
        }
    }

    private static func isKnown(_ scalar: Unicode.Scalar) -> Bool {
        guard let age = scalar.properties.age else { return false }
        return age <= version
    }
}

extension CompositionTables {
    func combiningClass(of scalar: Unicode.Scalar) -> UInt8 {
        let properties = scalar.properties
        guard scalar.value >= 0x300, Self.isKnown(scalar) else { return 0 }
        return properties.canonicalCombiningClass.rawValue
    }

    /// The full canonical decomposition: the character itself where there is none.
    func decomposition(of scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        Hangul.decomposition(of: scalar) ?? decompositions[scalar] ?? [scalar]
    }

    /// The full compatibility decomposition, such as `fi` for `ﬁ`.
    ///
    /// - Returns: the character itself if it has none.
    static func compatibleDecomposition(of scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        if scalar.value < 0xA0 || !isKnown(scalar) { return [scalar] }
        return Array(String(scalar).decomposedStringWithCompatibilityMapping.unicodeScalars)
    }

    /// Characters that may compose with one before them, except the parts of Hangul's syllables.
    var secondParts: [Unicode.Scalar] { composites.keys.map(\.second) }

    func composite(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
        Hangul.composite(first, second) ?? composites[Pair(first: first, second: second)]
    }
}

/// Syllables of Hangul compose by arithmetic (Unicode Standard, section 3.12).
private enum Hangul {
    private static let leading: UInt32 = 0x1100
    private static let vowel: UInt32 = 0x1161
    /// One before the first trailing consonant: 0 means none.
    private static let trailing: UInt32 = 0x11A7
    private static let syllable: UInt32 = 0xAC00
    private static let (leadingCount, vowelCount, trailingCount): (UInt32, UInt32, UInt32) =
        (19, 21, 28)
    private static let syllableCount = leadingCount * vowelCount * trailingCount

    static func decomposition(of scalar: Unicode.Scalar) -> [Unicode.Scalar]? {
        let index = scalar.value &- syllable
        guard index < syllableCount else { return nil }
        let parts = [
            leading + index / (vowelCount * trailingCount),
            vowel + index / trailingCount % vowelCount,
            trailing + index % trailingCount,
        ]
        return parts.filter { $0 != trailing }.compactMap(Unicode.Scalar.init)
    }

    static func composite(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
        if first.value &- leading < leadingCount, second.value &- vowel < vowelCount {
            let index = (first.value - leading) * vowelCount + (second.value - vowel)
            return Unicode.Scalar(syllable + index * trailingCount)
        }
        let index = first.value &- syllable
        let last = second.value &- trailing
        guard index < syllableCount, index % trailingCount == 0, last > 0, last < trailingCount
        else { return nil }
        return Unicode.Scalar(first.value + last)
    }
}
