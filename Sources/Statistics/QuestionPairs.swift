/// A question of a stored answer: its location, its content hash and its correct letter.
public struct AnsweredQuestion: Hashable, Sendable {
    public let subject: String
    public let split: String
    /// From 0, in the subject's file of the split.
    public let row: Int
    /// Of its words; nil in answers of versions that did not store it.
    public let hash: String?
    /// The correct letter.
    public let answer: String

    public init(subject: String, split: String, row: Int, hash: String?, answer: String) {
        self.subject = subject
        self.split = split
        self.row = row
        self.hash = hash
        self.answer = answer
    }

    /// By subject, split and row.
    public static func precedes(_ a: AnsweredQuestion, _ b: AnsweredQuestion) -> Bool {
        (a.subject, a.split, a.row) < (b.subject, b.split, b.row)
    }
}

/// Pairs of the same questions in two lists, one to one.
///
/// Questions are the same if their subject and content hash are equal; their location does not
/// matter. The subject counts because 99 of MMLU's repeated questions are in two subjects, after
/// other shots. If a subject has a question several times, copies at the same location are paired
/// first. Next are copies with the same correct letter, then the others, each by split and row.
///
/// Where a question has no hash, all are paired by location. Two runs may have read other data.
/// Locations count only if the runs say that they evaluated the same questions, or if `leastCommonCount`
/// or more are common and all correct letters agree.
public struct QuestionPairs: Sendable {
    /// The evidence that questions are the same.
    public enum Basis: Sendable {
        /// Their content hashes.
        case content
        /// Their locations, in runs that evaluated the same questions.
        case source
        /// Their locations, and that all correct letters agree.
        case letters
    }

    public let basis: Basis
    /// Indices in the two lists, in the order of the first's subjects, splits and rows.
    public let pairs: [(first: Int, second: Int)]
    public let firstCount: Int
    public let secondCount: Int
    /// Questions at the same location that are not paired, because locations cannot be trusted. Nil
    /// where they can, and where hashes decide.
    public let doubt: Doubt?

    /// Questions at the same location, in lists of which one lacks hashes.
    public struct Doubt: Sendable, Equatable, CustomStringConvertible {
        public let commonCount: Int
        /// Number of these whose correct letters differ.
        public let otherAnswerCount: Int

        /// As a sentence's part.
        public var description: String {
            otherAnswerCount > 0
                ? "\(otherAnswerCount) of the \(commonCount) at the same locations have another "
                    + "correct letter"
                : "only \(commonCount) are at the same locations; \(leastCommonCount) are needed"
        }
    }

    /// For different data, correct letters agree by chance at this many locations once in 65,000
    /// times.
    public static let leastCommonCount = 8

    /// - Parameter areOfOneSource: whether both are known to have read the same data
    public init(
        _ first: [AnsweredQuestion], _ second: [AnsweredQuestion], areOfOneSource: Bool = false
    ) {
        firstCount = first.count
        secondCount = second.count
        func isHashed(_ list: [AnsweredQuestion]) -> Bool { list.allSatisfy { $0.hash != nil } }
        if isHashed(first), isHashed(second) {
            basis = .content
            doubt = nil
            pairs = Self.pairs(
                first, second,
                by: [
                    { Key($0, [$0.hash ?? "", $0.split, "\($0.row)"]) },
                    { Key($0, [$0.hash ?? "", $0.answer]) }, { Key($0, [$0.hash ?? ""]) },
                ])
            return
        }
        basis = areOfOneSource ? .source : .letters
        let found = Self.pairs(first, second, by: [{ Key($0, [$0.split, "\($0.row)"]) }])
        let others = found.count { first[$0.first].answer != second[$0.second].answer }
        let isSure = areOfOneSource || others == 0 && found.count >= Self.leastCommonCount
        doubt = isSure ? nil : Doubt(commonCount: found.count, otherAnswerCount: others)
        pairs = isSure ? found : []
    }

    private struct Key: Hashable {
        let subject: String
        let words: [String]

        init(_ question: AnsweredQuestion, _ words: [String]) {
            subject = question.subject
            self.words = words
        }
    }

    /// - Parameter keys: the strictest first; each pairs what those before it left
    private static func pairs(
        _ first: [AnsweredQuestion], _ second: [AnsweredQuestion],
        by keys: [(AnsweredQuestion) -> Key]
    ) -> [(first: Int, second: Int)] {
        let here = first.indices.sorted { AnsweredQuestion.precedes(first[$0], first[$1]) }
        let there = second.indices.sorted { AnsweredQuestion.precedes(second[$0], second[$1]) }
        var partners = [Int?](repeating: nil, count: first.count)
        var isTaken = [Bool](repeating: false, count: second.count)
        for key in keys {
            // The last of a list is the first of its copies.
            var free: [Key: [Int]] = [:]
            for index in there.reversed() where !isTaken[index] {
                free[key(second[index]), default: []].append(index)
            }
            if free.isEmpty { break }
            for index in here where partners[index] == nil {
                guard let other = free[key(first[index])]?.popLast() else { continue }
                partners[index] = other
                isTaken[other] = true
            }
        }
        return here.compactMap { index in partners[index].map { (index, $0) } }
    }

    /// The questions that are in each of several lists: indices by list, partners at the same
    /// index.
    ///
    /// - Parameter lists: one or more
    public static func common(
        _ lists: [[AnsweredQuestion]], areOfOneSource: Bool = false
    ) -> [[Int]] {
        guard let first = lists.first else { return [] }
        var kept = [Array(first.indices)]
        for list in lists.dropFirst() {
            let found = QuestionPairs(
                kept[0].map { first[$0] }, list, areOfOneSource: areOfOneSource
            ).pairs
            kept = kept.map { indices in found.map { indices[$0.first] } } + [found.map(\.second)]
        }
        return kept
    }
}
