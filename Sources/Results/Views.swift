/// What follows from answers: the SELECTs of the views, which migrations make.
///
/// SQLite does not carry `WHERE run = …` through two levels of groups, so what reads a few runs of a
/// large store puts the same SELECT over their answers alone.
enum Views {
    /// - Parameter answers: the table, or a SELECT in brackets with its columns
    typealias Selection = @Sendable (_ answers: String) -> String

    /// One row a question behind a number of shots: what it is, and how many of its repeats are right.
    static let question = question(
        with: "min(questionHash) AS questionHash, min(answer) AS answer, ")

    /// As the first migration makes it.
    static let firstQuestion = question(with: "")

    private static func question(with columns: String) -> Selection {
        { answers in
            """
            SELECT run, model, adapterScale, scoring, shots, category, subject, split, row,
              \(columns)count(*) AS repeats, sum(correct) AS correct, \
            sum(chosen IS NULL) AS unreadable
            FROM \(answers)
            GROUP BY run, model, adapterScale, scoring, shots, category, subject, split, row
            """
        }
    }

    /// Accuracies by category with "all", micro averages over their questions.
    static let accuracy: Selection = { answers in
        accuracies(
            by: "category",
            from: """
                SELECT run, model, adapterScale, scoring, shots, category, subject, split, row, repeat,
                    correct, chosen FROM \(answers)
                  UNION ALL
                  SELECT run, model, adapterScale, scoring, shots, 'all', subject, split, row, repeat,
                    correct, chosen FROM \(answers)
                """)
    }

    /// Accuracies by subject.
    static let subjectAccuracy: Selection = { answers in
        accuracies(by: "category, subject", from: "SELECT * FROM \(answers)")
    }

    /// The share of right answers over questions and repeats, its spread over repeats (the sample
    /// standard deviation of the repeats' shares / √repeats, null for one) and its spread over
    /// questions (the same of the questions' shares / √questions, null for one).
    ///
    /// Both are null while some questions lack repeats: the run is not finished. Squares are summed of
    /// whole numbers: exact, in any order.
    private static func accuracies(by group: String, from part: String) -> String {
        let key = "run, model, adapterScale, scoring, shots, \(group)"
        return """
            WITH part AS NOT MATERIALIZED (
              \(part)
            ), item AS (
              SELECT \(key), count(*) AS repeats, sum(correct) AS correct,
                sum(chosen IS NULL) AS unreadable
              FROM part
              GROUP BY run, model, adapterScale, scoring, shots, category, subject, split, row
            ), turn AS (
              SELECT \(key), sum(correct) AS correct FROM part GROUP BY \(key), repeat
            ), piece AS (
              SELECT \(key), 1 AS questions, repeats, correct, correct * correct AS squares,
                0 AS turnSquares, unreadable
              FROM item
              UNION ALL
              SELECT \(key), 0, 0, 0, 0, correct * correct, 0 FROM turn
            ), whole AS (
              SELECT \(key), sum(questions) AS questions, sum(repeats) AS answers,
                max(repeats) AS repeats, sum(correct) AS correct, sum(squares) AS squares,
                sum(turnSquares) AS turnSquares, sum(unreadable) AS unreadable
              FROM piece GROUP BY \(key)
            )
            SELECT \(key), 1.0 * correct / answers AS mean,
              CASE WHEN repeats > 1 AND answers = questions * repeats THEN
                sqrt(1.0 * (repeats * turnSquares - correct * correct)
                  / (repeats * (repeats - 1))) / questions / sqrt(repeats)
                END AS standardError,
              CASE WHEN questions > 1 AND answers = questions * repeats THEN
                sqrt(1.0 * (questions * squares - correct * correct)
                  / (questions * (questions - 1))) / repeats / sqrt(questions)
                END AS itemStandardError,
              questions, repeats, unreadable
            FROM whole
            """
    }
}
