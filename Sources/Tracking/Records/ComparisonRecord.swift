import Basics
import Scoring
import Statistics

/// A paired difference of two models: a row of "comparison" or "pairs".
public struct ComparisonRecord: Hashable, Sendable, FileRecord {
    /// nil where the object around it names the models.
    public var first: String?
    public var second: String?
    /// The second model's, in results.json of a run.
    public var adapterScale: Double?
    /// In the pairs of a sweep.
    public var seeds: [Int]?
    /// Paired or not, like the next; in an explanation.
    public var questionsOfFirst: Int?
    public var questionsOfSecond: Int?
    /// "content" or "place", in an explanation.
    public var pairedBy: String?
    /// A category or "all".
    public var category: String
    /// nil where it is not known.
    public var shots: Int?
    public var questions: Int
    public var effectiveQuestions: Double
    public var difference: Double
    public var pairedStandardError: Double?
    public var interval: Interval?
    public var interval90: Interval?
    public var tests: TestFields
    public var gained: Int
    public var lost: Int
    public var mcnemarP: Double
    public var mcnemarMethod = "mid-p"
    public var macroDifference: Double
    public var macroPairedStandardError: Double?
    public var macroInterval: Interval?
    /// Each seed's difference, in results.json of a sweep.
    public var bySeed: [Double]?

    package static let omittedKeys: Set = [
        "first", "second", "adapterScale", "seeds", "questionsOfFirst", "questionsOfSecond",
        "pairedBy", "bySeed",
    ]

    package init(_ row: ComparisonTable.Row, _ first: String? = nil, _ second: String? = nil) {
        self.first = first
        self.second = second
        category = row.group
        shots = row.shots
        questions = row.questionCount
        effectiveQuestions = row.micro.effectiveCount
        difference = row.micro.mean
        pairedStandardError = row.micro.standardError
        interval = row.micro.interval
        interval90 = row.micro.interval90
        tests = TestFields(row)
        gained = row.micro.signFlip.gainedCount
        lost = row.micro.signFlip.lostCount
        mcnemarP = row.micro.signFlip.midP
        macroDifference = row.macro.mean
        macroPairedStandardError = row.macro.standardError
        macroInterval = row.macro.interval
    }
}

/// The tests of a difference.
public struct TestFields: Hashable, Sendable, SharedFields {
    /// Of the test that nothing changed.
    public var pNoChange: Double?
    public var pNoChangeHolm: Double?
    /// A share: 0.02 is two percentage points.
    public var margin: Double?
    /// Of the test that the loss stays within the margin.
    public var pNoLossBeyondMargin: Double?
    public var pNoLossBeyondMarginHolm: Double?
    /// Of the tests that the change either way does.
    public var pEquivalence: Double?
    public var noLossBeyondMargin: MarginTest.Verdict?
}

extension TestFields {
    init(_ row: ComparisonTable.Row) {
        self.init(
            pNoChange: row.micro.noChangeP, pNoChangeHolm: row.adjustedP,
            margin: row.margin?.margin, pNoLossBeyondMargin: row.margin?.noLossP,
            pNoLossBeyondMarginHolm: row.adjustedMarginP, pEquivalence: row.margin?.equivalenceP,
            noLossBeyondMargin: row.verdict)
    }
}

/// The zero-shot gains and few-shot losses of an adapted model: an element of "forgetting".
public struct ForgettingRecord: Hashable, Sendable, FileRecord {
    public var adapterScale: Double
    /// nil where it is not known, like the next.
    public var targetCategory: String?
    public var targetGain: Change?
    public var zeroShotGains: [Change]
    public var fewShotLosses: [Change]

    public struct Change: Hashable, Sendable, FileRecord {
        /// A category or "all".
        public var category: String
        public var shots: Int
        public var questions: Int
        /// One of the two is there.
        public var gain: Double?
        public var loss: Double?
        public var interval: Interval?
        public var tests: TestFields

        package static let omittedKeys: Set = ["gain", "loss"]

        fileprivate init(_ change: ForgettingReport.Change, isGain: Bool) {
            category = change.group
            shots = change.shots
            questions = change.questionCount
            gain = isGain ? change.amount : nil
            loss = isGain ? nil : change.amount
            interval = change.interval
            tests = TestFields(change.row)
        }
    }

    init(_ report: ForgettingReport, scale: Double) {
        adapterScale = scale
        targetCategory = report.target?.rawValue
        targetGain = report.targetGain.map { Change($0, isGain: true) }
        zeroShotGains = report.gains.map { Change($0, isGain: true) }
        fewShotLosses = report.losses.map { Change($0, isGain: false) }
    }
}
