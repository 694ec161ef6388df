import Experiments
import Scoring

/// The questions on which the answers of two models are compared, as lines of text.
struct PairingText {
    let answers: AnswerComparison
    /// Whether to report the number of questions that only one model was evaluated on even if it is
    /// 0.
    var showsNone = false

    var lines: [String] {
        [heading] + [overlap, way, otherData].compactMap(\.self)
    }

    private var heading: String {
        let alone = [
            (answers.onlyFirstCount, "only of A's"), (answers.onlySecondCount, "only of B's"),
        ].filter { showsNone || $0.0 > 0 }.map { ", \($0.0) \($0.1)" }
        return "\(answers.first.label) of A, \(answers.second.label) of B: "
            + "\(answers.commonCount) questions evaluated by both" + alone.joined()
    }

    /// How many questions the two models share; nil where all are shared.
    private var overlap: String? {
        guard answers.onlyFirstCount + answers.onlySecondCount > 0 else { return nil }
        let counts = answers.table.pairs.sorted { $0.key < $1.key }.map { shots, found in
            (
                shots: shots,
                text: "\(found.pairs.count) of A's \(found.firstCount) and of B's "
                    + "\(found.secondCount) questions are the same"
            )
        }
        let texts = Set(counts.map(\.text))
        let parts =
            texts.count == 1
            ? Array(texts) : counts.map { "with \($0.shots) shots \($0.text)" }
        return parts.joined(separator: ", ") + "; only these are compared"
    }

    /// How questions are matched; nil where content hashes match them.
    private var way: String? {
        switch answers.basis {
        case .content: nil
        case .source:
            "paired by place: answers have no content hashes, and the prompts are the same"
        case .letters:
            "paired by place: answers have no content hashes, and all right letters agree"
        }
    }

    private var otherData: String? {
        answers.otherDataCount == 0
            ? nil
            : "\(answers.otherDataCount) of these have another right letter: the data differ"
    }
}
