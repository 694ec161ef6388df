import Benchmarks
import Scoring
import Torch
import Transformer

extension Evaluator {
    /// Answers by the choice whose text is likeliest after the prompt, by log-probability per byte
    /// of the choice.
    ///
    /// That is `acc_bytes` of lm-eval 0.4.13 (its `acc_norm` divides by characters, its `acc` by
    /// nothing). The space or text that the prompt puts before a choice is scored, but does not
    /// count in its length. The sums themselves are the evidence.
    ///
    /// - Parameter report: receives the answers of each forward pass; an error that it throws ends
    ///   the evaluation
    public func answerByChoice(
        _ groups: [PromptGroup], report: ([Answer]) throws -> Void
    ) throws {
        for pass in try ChoicePass.cut(groups, budget: passTokens()) {
            let ids = pass.questions.map {
                AnswerID(question: $0.question.id, shots: $0.shots, repetition: 0)
            }
            if !answered.isEmpty, ids.allSatisfy(answered.contains) { continue }
            let sums = try logprobs(of: pass)
            try report(
                zip(ids, pass.questions).enumerated().map { index, item in
                    let logprobs = sums[index]
                    let bytes = item.1.question.choices.map(\.utf8.count)
                    return Answer(
                        question: item.0.question, questionHash: item.1.hash,
                        shots: item.0.shots, repetition: 0, answer: item.1.question.answer,
                        chosen: Self.best(logprobs, bytes: bytes),
                        evidence: .choices(logprobs: logprobs, bytes: bytes))
                })
        }
    }

    /// The choice with the largest log-probability per byte.
    static func best(_ logprobs: [Double], bytes: [Int]) -> Letter {
        best(zip(logprobs, bytes).map { $0 / Double($1) })
    }

    /// For each question the log-probabilities of its choices, each a sum over its tokens, in nats.
    private func logprobs(of pass: ChoicePass) throws -> [[Double]] {
        var sums = pass.questions.map { _ in [Double](repeating: 0, count: Letter.allCases.count) }
        // As many rows of the head's output at once as cost little memory.
        let rowsAtOnce = 64
        try withoutGradient {
            let hidden = try decoder.hidden(pass.forest.pass, rows: pass.rows)
            var next = 0
            for start in stride(from: 0, to: pass.rows.count, by: rowsAtOnce) {
                let range = start..<min(start + rowsAtOnce, pass.rows.count)
                let first = next
                while next < pass.targets.count, range.contains(pass.targets[next].row) {
                    next += 1
                }
                let targets = pass.targets[first..<next]
                let columns = Array(Set(targets.map(\.token))).sorted()
                let place = Dictionary(
                    uniqueKeysWithValues: columns.enumerated().map { ($1, $0) })
                let logits = try decoder.finiteLogits(of: hidden.narrowed(to: range)) { row in
                    pass.name(ofRow: start + row)
                }
                let logprobs: [Float] = try logits.logSoftmax()
                    .selecting(Tensor(columns).moved(to: decoder.device), along: 1).floats()
                for target in targets {
                    guard let column = place[target.token] else { continue }
                    sums[target.question][target.choice] += Double(
                        logprobs[(target.row - start) * columns.count + column])
                }
            }
        }
        if let bad = sums.firstIndex(where: { !$0.allSatisfy(\.isFinite) }) {
            throw LogitsRefusal(of: pass.name(ofQuestion: bad))
        }
        return sums
    }
}

/// Some questions with their choices as a forest.
///
/// Each question's prompt follows the prefix that the prompts of its group share. Its choices
/// follow the prompt.
private struct ChoicePass {
    /// A token of a choice.
    struct Target {
        /// The position, among the forward pass's rows, of the row that predicts it.
        let row: Int
        let token: Int
        let question: Int
        let choice: Int
    }

    private(set) var forest = PackedForest()
    /// The positions whose next token is scored, ascending.
    private(set) var rows: [Int] = []
    /// The targets, ordered by row.
    private(set) var targets: [Target] = []
    private(set) var questions: [(question: Question, hash: String, shots: Int)] = []

    /// What messages call a question.
    func name(ofQuestion index: Int) -> String {
        PromptGroup.name(of: questions[index].question, shots: questions[index].shots)
    }

    func name(ofRow row: Int) -> String {
        targets.first { $0.row == row }.map { name(ofQuestion: $0.question) } ?? "row \(row)"
    }

    /// - Parameter budget: tokens of a forward pass; a single question may exceed it
    static func cut(_ groups: [PromptGroup], budget: Int) -> [ChoicePass] {
        var passes: [ChoicePass] = []
        var current = ChoicePass()
        for group in groups {
            precondition(
                group.choices.count == group.questions.count,
                "prompts that are answered by choice have the choices' tokens")
            var root: Int?
            for (index, choices) in group.choices.enumerated() {
                let item = group.questions[index]
                let count = choices.reduce(item.suffix.count) { $0 + $1.count - 1 }
                let needed =
                    current.forest.tokens.count + count
                    + (root == nil ? group.prefix.count : 0)
                if !current.questions.isEmpty, needed > budget {
                    passes.append(current)
                    current = ChoicePass()
                    root = nil
                }
                if root == nil, !group.prefix.isEmpty { root = current.forest.append(group.prefix) }
                current.append(
                    item.suffix, choices, under: root,
                    of: (item.question, group.hashes[index], group.shotCount))
            }
        }
        if !current.questions.isEmpty { passes.append(current) }
        return passes
    }

    private mutating func append(
        _ suffix: [Int32], _ choices: [[Int32]], under root: Int?,
        of question: (question: Question, hash: String, shots: Int)
    ) {
        let prompt = forest.append(suffix, under: root)
        let index = questions.count
        questions.append(question)
        let end = rows.count
        rows.append(forest.segments[prompt].range.upperBound - 1)
        for (choice, tokens) in choices.enumerated() {
            guard let first = tokens.first else { continue }
            targets.append(Target(row: end, token: Int(first), question: index, choice: choice))
        }
        for (choice, tokens) in choices.enumerated() where tokens.count > 1 {
            // The last token predicts nothing that is scored.
            let segment = forest.append(Array(tokens.dropLast()), under: prompt)
            for (offset, token) in tokens.dropFirst().enumerated() {
                targets.append(
                    Target(row: rows.count, token: Int(token), question: index, choice: choice))
                rows.append(forest.segments[segment].range.lowerBound + offset)
            }
        }
    }
}
