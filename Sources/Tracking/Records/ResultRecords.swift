import Basics
import Benchmarks
import Scoring
import Statistics

/// The part of results.json that follows from the answers: its last fields.
public struct NumbersRecord: Sendable, FileRecord, SharedFields {
    /// By category.
    public var accuracy: [AccuracyRecord]
    public var subjects: [AccuracyRecord]
    public var statistics: StatisticsRecord
    public var comparison: [ComparisonRecord]
    public var forgetting: [ForgettingRecord]

    package init(_ results: RunResults, _ scoring: Scoring) {
        func rows(_ part: (AccuracyTable) -> [AccuracyTable.Row]) -> [AccuracyRecord] {
            results.models.flatMap { result in
                part(result.table).map {
                    AccuracyRecord($0, of: ModelRecord(result.model), scoring: scoring)
                }
            }
        }
        accuracy = rows { $0.categories }
        subjects = rows { $0.subjects }
        statistics = StatisticsRecord(marginPoints: results.marginPoints)
        comparison = results.comparisons.flatMap { comparison in
            comparison.table.rows.map {
                var row = ComparisonRecord($0, AnsweringModel.base.name, comparison.adapted.name)
                row.adapterScale = comparison.adapted.scale
                return row
            }
        }
        forgetting = results.comparisons.compactMap { comparison in
            comparison.forgetting.map { ForgettingRecord($0, scale: comparison.adapted.scale) }
        }
    }
}

/// A model in the objects of files.
public struct ModelRecord: Hashable, Sendable, FileRecord {
    /// "base" or "adapted"; any name in the predictions of another tool.
    public var model: String
    /// 0 for the base model; nil in the predictions of another tool.
    public var adapterScale: Double?

    package static let omittedKeys: Set = ["adapterScale"]

    package init(model: String, adapterScale: Double? = nil) {
        self.model = model
        self.adapterScale = adapterScale
    }

    package init(_ model: AnsweringModel) {
        self.init(model: model.name, adapterScale: model.scale)
    }

    package var answeringModel: AnsweringModel {
        model == AnsweringModel.base.name ? .base : .adapted(scale: adapterScale ?? 1)
    }
}

/// An accuracy: a row of "accuracy" or "subjects".
public struct AccuracyRecord: Hashable, Sendable, FileRecord {
    /// As in `ModelRecord`, like the next.
    public var model: String
    public var adapterScale: Double?
    /// A category or "all"; nil in a row of a subject.
    public var category: String?
    /// nil in a row of a category.
    public var subject: String?
    /// nil where it is not known.
    public var shots: Int?
    public var scoring: String?
    public var mean: Double
    /// Over repeats; nil for one.
    public var standardError: Double?
    /// Over questions; nil for one.
    public var itemStandardError: Double?
    public var questions: Int
    public var repeats: Int
    public var unreadable: Int
    /// nil where answers have no margin.
    public var nearTies: Int?
    public var effectiveAnswers: Double
    public var wilsonInterval: Interval
    /// nil in a row of a subject.
    public var macro: MacroFields?

    package static let omittedKeys: Set = ["adapterScale", "category", "subject"]

    /// The mean over the subjects of a category.
    public struct MacroFields: Hashable, Sendable, SharedFields {
        public var macroMean: Double
        public var macroStandardError: Double?
        public var macroItemStandardError: Double?
        public var macroWilsonInterval: Interval?
        public var subjects: Int
    }
}

extension AccuracyRecord {
    package init(_ row: AccuracyTable.Row, of model: ModelRecord, scoring: Scoring? = nil) {
        self.init(
            model: model.model, adapterScale: model.adapterScale,
            category: row.macro == nil ? nil : row.group,
            subject: row.macro == nil ? row.group : nil, shots: row.shots,
            scoring: scoring?.rawValue, mean: row.accuracy.mean,
            standardError: row.accuracy.standardError,
            itemStandardError: row.accuracy.itemStandardError,
            questions: row.accuracy.questionCount, repeats: row.accuracy.repeatCount,
            unreadable: row.unreadable, nearTies: row.nearTies,
            effectiveAnswers: row.accuracy.effectiveCount, wilsonInterval: row.accuracy.interval,
            macro: row.macro.map {
                MacroFields(
                    macroMean: $0.mean, macroStandardError: $0.standardError,
                    macroItemStandardError: $0.itemStandardError,
                    macroWilsonInterval: $0.interval, subjects: $0.subjectCount)
            })
    }
}

/// How intervals and tests are made.
public struct StatisticsRecord: Hashable, Sendable, FileRecord {
    public var intervalLevel = Interval.level
    public var interval = "Tango's score interval on an effective sample, by question"
    public var accuracyInterval = "Wilson's interval on an effective sample, by question"
    public var marginPoints: Double
    public var pHolm = "Holm's adjustment over the categories behind as many shots; null of all"
    public var all =
        "every question that was evaluated counts alike; with as many questions in each category "
        + "the mean of the categories, not MMLU's accuracy over its "
        + "\(Subjects.publishedTestCount) test questions"
    public var nearTieMargin = Answer.nearTieMargin

    package init(marginPoints: Double) { self.marginPoints = marginPoints }
}
