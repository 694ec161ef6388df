/// The SELECTs of the views of derived numbers; migrations make the views.
///
/// SQLite does not carry `WHERE run = …` through two levels of groups. Queries for a few runs of a
/// large store therefore use the same SELECT over their answers alone.
enum Views {
    /// - Parameter answers: the table, or a SELECT in brackets with its columns
    typealias Selection = @Sendable (_ answers: String) -> String

    /// One row for each question and number of shots: what it is, and how many of its repeats are
    /// correct.
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
        """
        WITH \(parts(by: "category", of: answers)), total AS (
          SELECT \(model), 'all' AS category, sum(questions) AS questions, max(repeats) AS repeats,
            sum(correct) AS correct,
            CASE WHEN min(questions) > 1 THEN sum(spread) WHEN sum(questions) > 1 THEN
              1.0 * (sum(questions) * sum(squares) - sum(correct) * sum(correct))
                / (sum(questions) - 1)
              END AS spread,
            (SELECT sum(correct * correct) FROM (
              SELECT sum(turn.correct) AS correct FROM turn WHERE turn.run = part.run
                AND turn.model = part.model AND turn.adapterScale = part.adapterScale
                AND turn.scoring = part.scoring AND turn.shots = part.shots
              GROUP BY turn.repeat)) AS turnSquares,
            sum(unreadable) AS unreadable, sum(incomplete) AS incomplete
          FROM part GROUP BY \(model)
        ), whole AS (
          SELECT \(model), category, questions, repeats, correct, spread, turnSquares, unreadable,
            incomplete FROM part
          UNION ALL SELECT * FROM total
        ) \(accuracies(by: "category"))
        """
    }

    /// Accuracies by subject.
    static let subjectAccuracy: Selection = { answers in
        """
        WITH \(parts(by: "category, subject", of: answers)), whole AS (SELECT * FROM part)
        \(accuracies(by: "category, subject"))
        """
    }

    private static let model = "run, model, adapterScale, scoring, shots"

    /// `part`: sums over the questions of a group, and `turn`: correct answers by repeat.
    ///
    /// A question is incomplete if it lacks repeats that others of its model and shots have: a run
    /// stopped during it. It is left out and counted. Squares of whole numbers are summed: exact, in any
    /// order. `spread` is the sum of squares about the questions' mean times questions / (questions - 1).
    private static func parts(by group: String, of answers: String) -> String {
        let key = "\(model), \(group)"
        return """
            counted AS (
              SELECT \(model), category, subject, split, row, repeat, correct, chosen,
                count(*) OVER (PARTITION BY \(model), category, subject, split, row) AS repeats
              FROM \(answers)
            ), marked AS (
              SELECT *, repeats = max(repeats) OVER (PARTITION BY \(model)) AS isWhole FROM counted
            ), item AS (
              SELECT \(key), repeats, isWhole, sum(correct) AS correct,
                sum(chosen IS NULL) AS unreadable
              FROM marked GROUP BY \(model), category, subject, split, row
            ), turn AS (
              SELECT \(key), repeat, sum(correct) AS correct FROM marked WHERE isWhole
              GROUP BY \(key), repeat
            ), piece AS (
              SELECT \(key), 1 AS questions, repeats, correct, correct * correct AS squares,
                0 AS turnSquares, unreadable, 0 AS incomplete
              FROM item WHERE isWhole
              UNION ALL SELECT \(key), 0, 0, 0, 0, 0, 0, 1 FROM item WHERE NOT isWhole
              UNION ALL SELECT \(key), 0, 0, 0, 0, correct * correct, 0, 0 FROM turn
            ), part AS (
              SELECT \(key), sum(questions) AS questions, max(repeats) AS repeats,
                sum(correct) AS correct,
                CASE WHEN sum(questions) > 1 THEN
                  1.0 * (sum(questions) * sum(squares) - sum(correct) * sum(correct))
                    / (sum(questions) - 1)
                  END AS spread,
                sum(turnSquares) AS turnSquares, sum(unreadable) AS unreadable,
                sum(incomplete) AS incomplete, sum(squares) AS squares
              FROM piece GROUP BY \(key)
            )
            """
    }

    /// The accuracy over questions and repeats, with two spreads.
    ///
    /// The spread over repeats is the sample standard deviation of the repeats' accuracies /
    /// √repeats, null for one repeat. The spread over questions uses each question's accuracy: √(Σ
    /// (n/N)² s²/n) over the categories of "all", or as one group where a category has one
    /// question; null for one question.
    private static func accuracies(by group: String) -> String {
        """
        SELECT \(model), \(group), 1.0 * correct / (questions * repeats) AS mean,
          CASE WHEN repeats > 1 THEN
            sqrt(1.0 * (repeats * turnSquares - correct * correct) / (repeats * (repeats - 1)))
              / questions / sqrt(repeats)
            END AS standardError,
          sqrt(spread) / questions / repeats AS itemStandardError,
          questions, repeats, unreadable, incomplete
        FROM whole WHERE questions > 0
        """
    }
}
