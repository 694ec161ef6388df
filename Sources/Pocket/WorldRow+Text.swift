import Benchmarks

extension WorldRow {
    /// The cells of its row in a CSV file of MMLU.
    var cells: [String] { [question.question] + question.choices + [question.answer.rawValue] }

    /// Its line in the file of rationales, with the line's end.
    ///
    /// Written by hand: the keys stand in the order in which one reads them.
    var jsonLine: String {
        let choices = question.choices.map(JSONText.quoted).joined(separator: ", ")
        let fields = [
            ("subject", JSONText.quoted(id.subject)), ("split", JSONText.quoted(id.split.rawValue)),
            ("row", String(id.row)), ("question", JSONText.quoted(question.question)),
            ("choices", "[\(choices)]"), ("answer", JSONText.quoted(question.answer.rawValue)),
            ("rationale", JSONText.quoted(rationale)), ("teacher", JSONText.quoted("pocket")),
            ("accepted", "true"),
        ]
        let members = fields.map { "\(JSONText.quoted($0)): \($1)" }.joined(separator: ", ")
        return "{\(members)}\n"
    }
}

/// Texts as JSON spells them.
enum JSONText {
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{0}"..<" ":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
