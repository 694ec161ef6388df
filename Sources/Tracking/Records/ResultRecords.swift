import Basics
import Benchmarks
import Scoring
import Statistics

extension RunResults {
    /// The fields of results.json that follow from the answers, the last ones in the file.
    package func record(_ scoring: Scoring) -> [(String, JSONValue)] {
        func rows(
            _ field: String, _ part: (AccuracyTable) -> [AccuracyTable.Row]
        ) -> JSONValue {
            .array(
                models.flatMap { result in
                    part(result.table).map { row in
                        .object(
                            result.model.fields
                                + row.fields(group: field, scoring: scoring))
                    }
                })
        }
        return [
            ("accuracy", rows("category") { $0.categories }),
            ("subjects", rows("subject") { $0.subjects }),
            ("statistics", Self.method(marginPoints: marginPoints)),
            (
                "comparison",
                .array(
                    comparisons.flatMap { comparison in
                        comparison.table.rows.map { row in
                            .object(
                                [
                                    ("first", .string(AnsweringModel.base.name)),
                                    ("second", .string(comparison.adapted.name)),
                                    ("adapter_scale", .number(comparison.adapted.scale)),
                                ] + row.fields)
                        }
                    })
            ),
            (
                "forgetting",
                .array(
                    comparisons.compactMap { comparison in
                        comparison.forgetting.map {
                            .object(
                                [("adapter_scale", .number(comparison.adapted.scale))] + $0.fields)
                        }
                    })
            ),
        ]
    }

    /// How intervals and tests are made.
    package static func method(marginPoints: Double) -> JSONValue {
        .object([
            ("interval_level", .number(Interval.level)),
            ("interval", .string("Tango's score interval on an effective sample, by question")),
            ("accuracy_interval", .string("Wilson's interval on an effective sample, by question")),
            ("margin_points", .number(marginPoints)),
            (
                "p_holm",
                .string("Holm's adjustment over the categories behind as many shots; null of all")
            ),
            (
                "all",
                .string(
                    "every question that was evaluated counts alike; with as many questions in each "
                        + "category the mean of the categories, not MMLU's accuracy over its "
                        + "\(Subjects.publishedTestCount) test questions")
            ),
            ("near_tie_margin", .number(Answer.nearTieMargin)),
        ])
    }
}

extension AnsweringModel {
    package var fields: [(String, JSONValue)] {
        [("model", .string(name)), ("adapter_scale", .number(scale))]
    }
}

extension AccuracyTable.Row {
    /// A row of "accuracy" or "subjects", without the model.
    ///
    /// - Parameters:
    ///   - name: "category" or "subject"
    ///   - scoring: nil where it is not known
    package func fields(group name: String, scoring: Scoring? = nil) -> [(String, JSONValue)] {
        [
            (name, .string(group)), ("shots", .whole(shots)),
            ("scoring", scoring.map { .string($0.rawValue) } ?? .null),
            ("mean", .number(accuracy.mean)),
            ("standard_error", .optional(accuracy.standardError)),
            ("item_standard_error", .optional(accuracy.itemStandardError)),
            ("questions", .whole(accuracy.questionCount)),
            ("repeats", .whole(accuracy.repeatCount)), ("unreadable", .whole(unreadable)),
            ("near_ties", nearTies.map { .whole($0) } ?? .null),
            ("effective_answers", .number(accuracy.effectiveCount)),
            ("wilson_interval", accuracy.interval.record),
        ]
            + (macro.map { macro in
                [
                    ("macro_mean", .number(macro.mean)),
                    ("macro_standard_error", .optional(macro.standardError)),
                    ("macro_item_standard_error", .optional(macro.itemStandardError)),
                    ("macro_wilson_interval", .optional(macro.interval)),
                    ("subjects", .whole(macro.subjectCount)),
                ]
            } ?? [])
    }
}

extension ComparisonTable.Row {
    /// A row of "comparison", without the models.
    package var fields: [(String, JSONValue)] {
        [
            ("category", .string(group)), ("shots", .whole(shots)),
            ("questions", .whole(questionCount)),
            ("effective_questions", .number(micro.effectiveCount)),
            ("difference", .number(micro.mean)),
            ("paired_standard_error", .optional(micro.standardError)),
            ("interval", .optional(micro.interval)),
            ("interval_90", .optional(micro.interval90)),
        ]
            + tests + [
                ("gained", .whole(micro.signFlip.gainedCount)),
                ("lost", .whole(micro.signFlip.lostCount)),
                ("mcnemar_p", .number(micro.signFlip.midP)), ("mcnemar_method", .string("mid-p")),
                ("macro_difference", .number(macro.mean)),
                ("macro_paired_standard_error", .optional(macro.standardError)),
                ("macro_interval", .optional(macro.interval)),
            ]
    }

    /// The same over training seeds, with each seed's difference.
    package var seedFields: [(String, JSONValue)] {
        fields + [("by_seed", .array(micro.seedMeans.map { .number($0) }))]
    }

    /// The tests that nothing changed, and that the loss stays within the margin.
    fileprivate var tests: [(String, JSONValue)] {
        [("p_no_change", .optional(micro.noChangeP)), ("p_no_change_holm", .optional(adjustedP))]
            + marginTest
    }

    /// The tests that the loss, and the change either way, stay within the margin.
    fileprivate var marginTest: [(String, JSONValue)] {
        [
            ("margin", .optional(margin?.margin)),
            ("p_no_loss_beyond_margin", .optional(margin?.noLossP)),
            ("p_no_loss_beyond_margin_holm", .optional(adjustedMarginP)),
            ("p_equivalence", .optional(margin?.equivalenceP)),
            ("no_loss_beyond_margin", verdict.map { .string($0.rawValue) } ?? .null),
        ]
    }
}

extension ForgettingReport {
    /// An element of "forgetting", without the model.
    package var fields: [(String, JSONValue)] {
        [
            ("target_category", target.map { .string($0.rawValue) } ?? .null),
            ("target_gain", targetGain.map { $0.record("gain") } ?? .null),
            ("zero_shot_gains", .array(gains.map { $0.record("gain") })),
            ("few_shot_losses", .array(losses.map { $0.record("loss") })),
        ]
    }
}

extension ForgettingReport.Change {
    fileprivate func record(_ name: String) -> JSONValue {
        .object(
            [
                ("category", .string(group)), ("shots", .whole(shots)),
                ("questions", .whole(questionCount)), (name, .number(amount)),
                ("interval", .optional(interval)),
            ] + row.tests)
    }
}

extension Interval {
    package var record: JSONValue { .array([.number(lower), .number(upper)]) }
}

extension JSONValue {
    package static func optional(_ value: Double?) -> JSONValue {
        value.map { .number($0) } ?? .null
    }

    package static func optional(_ value: Interval?) -> JSONValue { value?.record ?? .null }
}
