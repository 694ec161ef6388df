import Benchmarks
import Scoring
import TestSupport
import Testing

@testable import Evaluation

@Suite struct WrittenTextTests {
    @Test func `a text is that of the repeat that is asked for, alone or among others`() throws {
        let evaluator = try SmallModel.evaluator()
        let groups = try SmallModel.groups(evaluator)
        var settings = GenerationSettings()
        settings.sampler.temperature = 1.5
        settings.sampler.topP = 1
        settings.sampler.topK = 0
        settings.maxNewTokens = 8
        settings.repeats = 3
        settings.seed = 3
        var texts: [AnswerID: String] = [:]
        try evaluator.answerByGenerating(groups, settings) { answers in
            for answer in answers {
                if case .text(let text) = answer.evidence { texts[answer.id] = text }
            }
        }
        #expect(Set(texts.values).count > 3)
        for repetition in 0..<3 {
            for group in groups {
                var count = 0
                try evaluator.writeTexts([group], settings, repetition: { _ in repetition }) {
                    let id = AnswerID(
                        question: $0.question, shots: group.shotCount, repetition: repetition)
                    #expect($0.text == texts[id])
                    // Nothing ends these texts but their length.
                    #expect($0.tokenCount == 8)
                    #expect(!$0.isComplete)
                    let suffix = group.questions.first { [id] in $0.question.id == id.question }
                    #expect(
                        $0.promptTokenCount == group.prefix.count + (suffix?.suffix.count ?? 0))
                    count += 1
                }
                #expect(count == group.questions.count)
            }
        }
    }

    @Test func `a text that meets an end token is complete`() throws {
        let evaluator = try SmallModel.evaluator()
        let groups = try SmallModel.groups(evaluator)
        var settings = GenerationSettings()
        settings.sampler.temperature = 0
        settings.maxNewTokens = 8
        settings.endTokens = Set(0..<Int32(evaluator.tokenizer.vocabularySize))
        try evaluator.writeTexts(groups, settings, repetition: { _ in 0 }) {
            #expect($0.isComplete)
            #expect($0.tokenCount == 0)
            #expect($0.text == "")
        }
    }
}
