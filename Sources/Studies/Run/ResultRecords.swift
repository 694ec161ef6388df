import Benchmarks
import Evaluation
import Statistics

extension StudyResults {
    /// The fields of results.json that follow from the answers, the last ones in the file.
    func record(_ scoring: Scoring) -> [(String, JSONValue)] {
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
            ("subjects", rows("subject") { $0.subjects }), ("statistics", Self.method),
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
    static let method = JSONValue.object([
        ("interval_level", .number(Interval.level)),
        ("bootstrap_resamples", .whole(PairedDifference.resampleCount)),
        ("bootstrap_seed", .whole(Int(ComparisonTable.seed))),
        ("near_tie_margin", .number(Answer.nearTieMargin)),
    ])
}

extension AnsweringModel {
    var fields: [(String, JSONValue)] {
        [("model", .string(name)), ("adapter_scale", .number(scale))]
    }
}

extension AccuracyTable.Row {
    /// A row of "accuracy" or "subjects", without the model.
    ///
    /// - Parameters:
    ///   - name: "category" or "subject"
    ///   - scoring: nil where it is not known
    func fields(group name: String, scoring: Scoring? = nil) -> [(String, JSONValue)] {
        [
            (name, .string(group)), ("shots", .whole(shots)),
            ("scoring", scoring.map { .string($0.rawValue) } ?? .null),
            ("mean", .number(accuracy.mean)),
            ("standard_error", .optional(accuracy.standardError)),
            ("item_standard_error", .optional(accuracy.itemStandardError)),
            ("questions", .whole(accuracy.questionCount)),
            ("repeats", .whole(accuracy.repeatCount)), ("unreadable", .whole(unreadable)),
            ("near_ties", nearTies.map { .whole($0) } ?? .null),
            ("wilson_interval", accuracy.interval.record),
        ]
            + (macro.map { macro in
                [
                    ("macro_mean", .number(macro.mean)),
                    ("macro_standard_error", .optional(macro.standardError)),
                    ("macro_item_standard_error", .optional(macro.itemStandardError)),
                    ("subjects", .whole(macro.subjectCount)),
                ]
            } ?? [])
    }
}

extension ComparisonTable.Row {
    /// A row of "comparison", without the models.
    var fields: [(String, JSONValue)] {
        [
            ("category", .string(group)), ("shots", .whole(shots)),
            ("questions", .whole(questionCount)), ("difference", .number(micro.mean)),
            ("paired_standard_error", .optional(micro.standardError)),
            ("bootstrap_interval", micro.interval.record),
            ("macro_difference", .number(macro.mean)),
            ("macro_paired_standard_error", .optional(macro.standardError)),
            ("macro_bootstrap_interval", macro.interval.record),
            ("gained", .whole(test.gainedCount)), ("lost", .whole(test.lostCount)),
            ("mcnemar_p", .number(test.pValue)), ("mcnemar_method", .string(test.method.rawValue)),
        ]
    }
}

extension ForgettingReport {
    /// An element of "forgetting", without the model.
    var fields: [(String, JSONValue)] {
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
        .object([
            ("category", .string(group)), ("shots", .whole(shots)),
            ("questions", .whole(questionCount)), (name, .number(amount)),
            ("bootstrap_interval", interval.record), ("mcnemar_p", .number(pValue)),
        ])
    }
}

extension Interval {
    var record: JSONValue { .array([.number(lower), .number(upper)]) }
}

extension JSONValue {
    static func optional(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
}
