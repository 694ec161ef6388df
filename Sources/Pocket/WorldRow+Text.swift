import Basics
import Benchmarks

extension WorldRow {
    /// The cells of its row in a CSV file of MMLU.
    var cells: [String] { [question.question] + question.choices + [question.answer.rawValue] }

    /// Its line in the file of rationales, with the line's end.
    ///
    /// Written by hand to keep the keys in their reading order.
    var jsonLine: String {
        let choices = question.choices.map(JSONString.quoted).joined(separator: ", ")
        let fields = [
            ("subject", JSONString.quoted(id.subject)),
            ("split", JSONString.quoted(id.split.rawValue)),
            ("row", String(id.row)), ("question", JSONString.quoted(question.question)),
            ("choices", "[\(choices)]"), ("answer", JSONString.quoted(question.answer.rawValue)),
            ("rationale", JSONString.quoted(rationale)), ("teacher", JSONString.quoted("pocket")),
            ("accepted", "true"),
        ]
        let members = fields.map { "\(JSONString.quoted($0)): \($1)" }.joined(separator: ", ")
        return "{\(members)}\n"
    }
}
