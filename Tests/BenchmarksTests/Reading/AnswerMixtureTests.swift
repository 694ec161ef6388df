import Basics
import Testing

@testable import Benchmarks

/// Random mixtures of sentences that name letters and state none.
@Suite struct AnswerMixtureTests {
    private static let distractors = [
        "A dog is a mammal.", "Vitamin C is an acid.", "Hepatitis B is a virus.",
        "Plan A failed, and so did plan B.", "Option A ignores friction.", "Option D is too large.",
        "B is incorrect.", "C is not correct.", "A and B are false.", "Both A and C look alike.",
        "It is not D.", "I would not choose C.", "I can't decide between A and B.",
        "If the answer were A, ice would sink.", "The answer is not B.",
        "I don't think the answer is C.", "Some say the answer is D.",
        "The student's answer is B.", "The wrong answer is A.", "Is the answer C?", "Is it B?",
        "The answer is B vitamins.", "The answer is 42.", "The answer is a bit unclear.",
        "Let A be the event that it rains.", "Then P(A) = 0.3 and P(B) = 0.7.", "So A = 3.",
        "Thus A and B are disjoint.", "We get A + B = C.", "\\boxed{42}", "\\boxed{A = 3}",
        "The answer in C major sounds bright.", "Unlike option B, this one floats.",
        "Rome, which is option A, lies in Italy.", "Grade: A", "Figure B shows this.",
        "Choose A, B, C or D.", "There are choices A to D.", "The temperature is 25 °C.",
        "Company C is correct about that.", "Statement A is right.", "The next step is D.",
        "Die Antwort ist nicht A.", "Wenn die Antwort B ist, sinkt Eis.", "Option C ist falsch.",
        "La réponse n'est pas B.", "L'option C est fausse.", "Si la réponse est D, il gèle.",
        "La respuesta no es A.", "La opción B es falsa.", "La vitamina C es un ácido.",
        "答案不是A。", "选项B是错误的。", "不能选C。", "如果答案是D，冰会沉。", "A项和B项都不对。",
    ]
    private static let joins = [" ", " ", "\n", "\n\n"]

    private func mixture(_ generator: inout SeededGenerator) -> [String] {
        let count = Int.random(in: 1...8, using: &generator)
        return (0..<count).map { _ in
            Self.distractors.randomElement(using: &generator) ?? ""
        }
    }

    private func joined(_ sentences: [String], _ generator: inout SeededGenerator) -> String {
        sentences.dropFirst().reduce(sentences.first ?? "") {
            $0 + (Self.joins.randomElement(using: &generator) ?? " ") + $1
        }
    }

    @Test func `no mixture of sentences that state nothing gets a letter`() {
        var generator = SeededGenerator(seed: 16)
        for _ in 0..<4000 {
            let text = joined(mixture(&generator), &generator)
            let letter = AnswerReader.letter(in: text)
            #expect(letter == nil, "\(letter?.rawValue ?? "") in \(text.debugDescription)")
        }
    }

    @Test func `one statement among them is read, wherever it stands`() {
        let statements = [
            "The answer is %.", "Answer: %\n", "The correct option is (%).", "\\boxed{%}.",
            "Therefore, % is the correct answer.", "Die richtige Antwort ist %.",
            "La bonne réponse est %.", "La respuesta correcta es la %.", "所以答案是%。",
            "<think>The answer is not clear.</think>The answer is %.",
        ]
        var generator = SeededGenerator(seed: 17)
        for _ in 0..<4000 {
            var sentences = mixture(&generator)
            let letter = Letter.allCases.randomElement(using: &generator) ?? .a
            let statement = (statements.randomElement(using: &generator) ?? "")
                .replacing("%", with: letter.rawValue)
            sentences.insert(statement, at: Int.random(in: 0...sentences.count, using: &generator))
            let text = joined(sentences, &generator)
            let read = AnswerReader.letter(in: text)
            #expect(read == letter, "\(letter) is stated in \(text.debugDescription)")
        }
    }

    @Test func `what stands in a think block changes nothing`() {
        var generator = SeededGenerator(seed: 18)
        for _ in 0..<1000 {
            let thought = AnswerTexts.all.randomElement(using: &generator)?.text ?? ""
            let behind = AnswerTexts.all.randomElement(using: &generator)?.text ?? ""
            guard ThinkBlocks(thought).isEmpty, ThinkBlocks(behind).isEmpty else { continue }
            let letter = AnswerReader.letter(in: "<think>\n\(thought)\n</think>\n\n\(behind)")
            #expect(letter == AnswerReader.letter(in: "\n\n" + behind), "\(behind)")
        }
    }
}
