import Benchmarks

extension PromptGroup {
    /// Prompts that are given as tokens; their questions have no text.
    ///
    /// - Parameter first: the row of the first question
    package init(prefix: [Int32], suffixes: [[Int32]], from first: Int = 0) {
        self.init(
            subject: "", shots: [], prefix: prefix,
            questions: suffixes.enumerated().map { row, suffix in
                (
                    Question(
                        id: QuestionID(subject: "", split: .test, row: first + row), question: "",
                        choices: ["", "", "", ""], answer: .a), suffix
                )
            })
    }

    /// Groups of whole prompts, in their order; the prompts of a group share a prefix of at least 8
    /// tokens.
    ///
    /// A prompt begins a new group, as where the subject changes, by this rule: it shares less than
    /// half as many tokens with the prompt before it as either shares with its other neighbour.
    package static func sharing(_ prompts: [[Int32]]) -> [PromptGroup] {
        let shared = zip(prompts, prompts.dropFirst()).map(sharedCount)
        var groups: [[[Int32]]] = []
        for (index, prompt) in prompts.enumerated() {
            let before = index > 0 ? shared[index - 1] : 0
            let beside = max(
                index > 1 ? shared[index - 2] : 0, index < shared.count ? shared[index] : 0)
            if before >= 8, 2 * before >= beside {
                groups[groups.count - 1].append(prompt)
            } else {
                groups.append([prompt])
            }
        }
        var first = 0
        return groups.map { prompts in
            let count = prompts.map { sharedCount(prompts[0], $0) }.min() ?? 0
            defer { first += prompts.count }
            return PromptGroup(
                prefix: Array(prompts[0][..<count]), suffixes: prompts.map { Array($0[count...]) },
                from: first)
        }
    }
}
