import Basics
import Benchmarks
import Experiments
import Scoring

/// The reasons why two results differ, as text.
struct ExplanationText {
    let explanation: Explanation
    /// The largest number of changed questions per comparison, and of differing facts, that are
    /// shown.
    let limit: Int

    var lines: [String] {
        ["A: \(explanation.first)", "B: \(explanation.second)", ""] + facts + [""] + answers
    }

    private var facts: [String] {
        let differences = explanation.differences
        if differences.isEmpty { return ["settings, versions, prompt and shots are the same"] }
        var columns = TextTable(indent: "  ")
        columns.rows = differences.prefix(limit).map {
            ["\($0.name):", "A \($0.first ?? "says nothing")", "B \($0.second ?? "says nothing")"]
        }
        // A long value would move all the others far to the side.
        let lines =
            columns.lines.contains { $0.count > 100 }
            ? columns.rows.map { "  " + $0.joined(separator: "  ") } : columns.lines
        return ["set or found otherwise:"] + lines + rest(differences.count)
    }

    private func rest(_ count: Int) -> [String] {
        count > limit ? ["  and \(count - limit) more; --limit shows more"] : []
    }

    private var answers: [String] {
        guard let answers = explanation.answers else {
            return ["answers.jsonl is not beside both: answers cannot be compared"]
        }
        return Array(answers.map(lines).joined(separator: [""]))
    }

    private func lines(_ answers: AnswerComparison) -> [String] {
        var lines = PairingText(answers: answers, showsNone: true).lines
        if answers.commonCount == 0 { return lines }
        lines += ChangeText(answers.table, marginPoints: explanation.marginPoints).lines
        lines.append(
            "\(answers.changes.count) questions answered otherwise: "
                + "\(answers.count(of: .lost)) from right to wrong, "
                + "\(answers.count(of: .gained)) from wrong to right, "
                + "\(answers.count(of: .neither)) neither")
        var columns = TextTable(indent: "  ")
        columns.rows = answers.changes.prefix(limit).map { change in
            [
                "\(change.question.subject) " + Self.place(change.question)
                    + (change.partner == change.question
                        ? "" : " (of B \(Self.place(change.partner)))"),
                "\(change.shots)-shot",
                "\(Self.letters(change.first)) -> \(Self.letters(change.second))",
                "right \(change.answer.rawValue)",
            ]
        }
        return lines + columns.lines + rest(answers.changes.count)
    }

    private static func place(_ question: QuestionID) -> String {
        "\(question.split.rawValue) \(question.row)"
    }

    /// The letters by repeat; a point is unreadable.
    private static func letters(_ letters: [Letter?]) -> String {
        letters.map { $0?.rawValue ?? "." }.joined()
    }
}
