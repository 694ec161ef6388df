import Testing

@testable import Evaluation

/// Groups that `bench eval` makes of whole prompts.
@Suite struct PromptSharingTests {
    /// A header of 9 tokens that all have, a subject's shots, and an end of its own.
    private func prompt(shots: Range<Int32>, end: Int32) -> [Int32] {
        Array(0..<9) + Array(shots) + [end, end]
    }

    private func sizes(_ groups: [PromptGroup]) -> [[Int]] {
        groups.map { [$0.prefix.count, $0.questions.count] }
    }

    @Test func `prompts of one subject share its shots, others none of them`() {
        let prompts =
            (0..<3).map { prompt(shots: 100..<150, end: 500 + $0) }
            + (0..<2).map { prompt(shots: 200..<260, end: 500 + $0) }
        let groups = PromptGroup.sharing(prompts)
        #expect(sizes(groups) == [[59, 3], [69, 2]])
        let again = groups.flatMap { group in group.questions.map { group.prefix + $0.suffix } }
        #expect(again == prompts)
    }

    @Test func `without shots the header is shared`() {
        let prompts = (0..<4).map { prompt(shots: 0..<0, end: 500 + $0) }
        #expect(sizes(PromptGroup.sharing(prompts)) == [[9, 4]])
    }

    @Test func `less than eight tokens are not shared`() {
        #expect(
            sizes(PromptGroup.sharing([Array(0..<7), Array(0..<7) + [9]])) == [[6, 1], [7, 1]])
        #expect(sizes(PromptGroup.sharing([])) == [])
    }
}
