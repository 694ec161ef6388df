import Basics
import Scoring
import Benchmarks
import Evaluation
import Tracking

extension Explanation {
    /// The explanation as JSON; all changed questions, however many.
    public var record: JSONValue {
        .object([
            ("first", .string(first)), ("second", .string(second)),
            (
                "differences",
                .array(
                    differences.map {
                        .object([
                            ("name", .string($0.name)), ("first", .text($0.first)),
                            ("second", .text($0.second)),
                        ])
                    })
            ),
            ("answers", answers.map { .array($0.map(\.record)) } ?? .null),
        ])
    }

    /// The comparisons alone; null where either result has no answers file.
    public var comparisonRecord: JSONValue {
        answers.map { .array($0.flatMap(\.rows)) } ?? .null
    }
}

extension AnswerComparison {
    fileprivate var record: JSONValue {
        .object([
            ("first", .object(first.fields)), ("second", .object(second.fields)),
            ("questions_of_first", .whole(firstCount)),
            ("questions_of_second", .whole(secondCount)),
            ("questions_in_both", .whole(commonCount)),
            ("only_in_first", .whole(onlyFirstCount)),
            ("only_in_second", .whole(onlySecondCount)),
            ("paired_by", .string(basis == .content ? "content" : "place")),
            ("other_right_letter", .whole(otherDataCount)), ("lost", .whole(count(of: .lost))),
            ("gained", .whole(count(of: .gained))), ("comparison", .array(rows)),
            ("changes", .array(changes.map(\.record))),
        ])
    }

    fileprivate var rows: [JSONValue] {
        table.rows.map { row in
            .object(
                [
                    ("first", .string(first.label)), ("second", .string(second.label)),
                    ("questions_of_first", firstTable.questionRecord(row)),
                    ("questions_of_second", secondTable.questionRecord(row)),
                    ("paired_by", .string(basis == .content ? "content" : "place")),
                ] + row.fields)
        }
    }
}

extension AccuracyTable {
    /// The number of questions in a comparison's group that the model was evaluated on, paired or
    /// not.
    fileprivate func questionRecord(_ row: ComparisonTable.Row) -> JSONValue {
        self[row.group, shots: row.shots].map { .whole($0.accuracy.questionCount) } ?? .null
    }
}

extension AnswerComparison.Change {
    fileprivate var record: JSONValue {
        func letters(_ letters: [Letter?]) -> JSONValue {
            .array(letters.map { .text($0?.rawValue) })
        }
        return .object([
            ("subject", .string(question.subject)), ("split", .string(question.split.rawValue)),
            ("row", .whole(question.row)), ("split_in_second", .string(partner.split.rawValue)),
            ("row_in_second", .whole(partner.row)), ("shots", .whole(shots)),
            ("answer", .string(answer.rawValue)), ("first", letters(first)),
            ("second", letters(second)), ("effect", .string(effect.rawValue)),
        ])
    }
}

extension PredictionFile {
    /// The numbers as JSON, rows like those of results.json.
    public func record(
        marginPoints: Double = ComparisonTable.usualMarginPoints
    ) throws -> JSONValue {
        func rows(
            _ field: String, _ part: (AccuracyTable) -> [AccuracyTable.Row]
        ) -> JSONValue {
            .array(
                models.flatMap { model in
                    part(model.table).map { row in
                        .object(named([("model", .string(model.name))] + row.fields(group: field)))
                    }
                })
        }
        return .object([
            ("questions", .whole(questionCount)),
            ("missing_subjects", .array(missingSubjects.map { .string($0) })),
            ("accuracy", rows("category") { $0.categories }),
            ("subjects", rows("subject") { $0.subjects }),
            ("statistics", RunResults.method(marginPoints: marginPoints)),
            (
                "comparison",
                .array(
                    try comparisons(marginPoints: marginPoints).flatMap { first, second, table in
                        table.rows.map { row in
                            .object(
                                named(
                                    [("first", .string(first)), ("second", .string(second))]
                                        + row.fields))
                        }
                    })
            ),
        ])
    }

    /// Replaces the number of shots by null where it is not known, in place of 0.
    private func named(_ fields: [(String, JSONValue)]) -> [(String, JSONValue)] {
        guard shots == nil else { return fields }
        return fields.map { $0.0 == "shots" ? ("shots", .null) : $0 }
    }
}

extension JSONValue {
    fileprivate static func text(_ value: String?) -> JSONValue {
        value.map { .string($0) } ?? .null
    }
}
