import Benchmarks

/// Statistics of a set of rationales: length, language, similarity.
public struct RationaleSummary: Sendable, Equatable {
    /// Words at these shares of the rationales, from the shortest to the longest.
    public let lengths: [(share: Double, words: Int)]
    /// From the most frequent.
    public let languages: [(language: RationaleLanguage, count: Int)]
    /// Rationales that are nearly the same as an earlier one.
    public let nearDuplicateCount: Int
    public let count: Int

    static let shares = [0, 0.25, 0.5, 0.75, 0.9, 1]

    public init(_ rationales: [String]) {
        count = rationales.count
        let sorted = rationales.map { NearDuplicates.words(of: $0).count }.sorted()
        // The smallest length that is reached by at least this share of the rationales.
        lengths =
            sorted.isEmpty
            ? []
            : Self.shares.map { share in
                let rank = Int((share * Double(sorted.count)).rounded(.up))
                return (share, sorted[max(0, rank - 1)])
            }
        var counts: [RationaleLanguage: Int] = [:]
        for text in rationales { counts[RationaleLanguage(of: text), default: 0] += 1 }
        languages = RationaleLanguage.allCases.compactMap { language in
            counts[language].map { (language, $0) }
        }.sorted { $0.1 > $1.1 }
        nearDuplicateCount = NearDuplicates.count(in: rationales)
    }

    public static func == (a: RationaleSummary, b: RationaleSummary) -> Bool {
        a.count == b.count && a.nearDuplicateCount == b.nearDuplicateCount
            && a.lengths.elementsEqual(b.lengths, by: ==)
            && a.languages.elementsEqual(b.languages, by: ==)
    }
}
