import Benchmarks

/// Questions that one forward pass computes.
///
/// The batches depend on the groups and the budget alone. So a resumed evaluation computes the same
/// as an uninterrupted one.
package struct PromptBatch {
    /// Questions of a group.
    struct Part: Equatable {
        let group: Int
        let questions: Range<Int>
        /// Whether the group has more questions than one forward pass holds. Their shared prefix is
        /// then computed before them, in a forward pass of its own, and kept for all.
        let isOfMany: Bool
    }

    var parts: [Part] = []

    /// - Parameter budget: tokens of a batch; what cannot be cut may exceed it
    package static func cut(_ groups: [PromptGroup], budget: Int) -> [PromptBatch] {
        var batches: [PromptBatch] = []
        var current = PromptBatch()
        var used = 0
        func close() {
            if !current.parts.isEmpty { batches.append(current) }
            current = PromptBatch()
            used = 0
        }
        for (index, group) in groups.enumerated() {
            let whole = group.tokenCount
            if whole <= budget || group.questions.count == 1 {
                if used > 0, used + whole > budget { close() }
                current.parts.append(
                    Part(group: index, questions: group.questions.indices, isOfMany: false))
                used += whole
                continue
            }
            var start = 0
            for (place, item) in group.questions.enumerated() {
                if used > 0, used + item.suffix.count > budget {
                    if place > start {
                        current.parts.append(
                            Part(group: index, questions: start..<place, isOfMany: true))
                    }
                    close()
                    start = place
                }
                used += item.suffix.count
            }
            current.parts.append(
                Part(group: index, questions: start..<group.questions.count, isOfMany: true))
        }
        close()
        return batches
    }

    /// The questions in order, with their content hashes and their number of shots.
    func questions(_ groups: [PromptGroup]) -> [(question: Question, hash: String, shots: Int)] {
        parts.flatMap { part in
            let group = groups[part.group]
            return part.questions.map {
                (group.questions[$0].question, group.hashes[$0], group.shotCount)
            }
        }
    }

    /// What messages call a question, by its position in the batch.
    func name(of place: Int, _ groups: [PromptGroup]) -> String {
        let item = questions(groups)[place]
        return PromptGroup.name(of: item.question, shots: item.shots)
    }
}
