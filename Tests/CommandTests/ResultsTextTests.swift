import Benchmarks
import Scoring
import Testing
import Tracking

@testable import Experiments
@testable import ft_mmlu

/// The printed table of a run, from answers made by hand.
@Suite struct ResultsTextTests {
    /// - Parameter chosen: by question, a letter a repeat; a point is unreadable, A is correct
    private func answers(_ chosen: [String], _ subject: String, shots: Int) -> [Answer] {
        chosen.enumerated().flatMap { row, letters in
            letters.enumerated().map { repetition, letter in
                Answer(
                    question: QuestionID(subject: subject, split: .test, row: row),
                    questionHash: "\(subject) \(row)", shots: shots, repetition: repetition,
                    answer: .a, chosen: Letter(rawValue: String(letter)), evidence: .text(""))
            }
        }
    }

    private func model(_ model: AnsweringModel, _ chosen: [[String]]) throws -> ModelResult {
        let places = [("philosophy", 0), ("astronomy", 0), ("philosophy", 2), ("astronomy", 2)]
        return ModelResult(
            model: model,
            table: try AccuracyTable(
                zip(chosen, places).flatMap { answers($0, $1.0, shots: $1.1) }))
    }

    @Test func `accuracies, details, gains and losses stand in aligned columns`() throws {
        let results = try RunResults(
            models: [
                model(
                    .base,
                    [
                        ["AB", "BB", "AA", "B."], ["AA", "BA", "AA"], ["AA", "AA", "AA", "AA"],
                        ["AA", "AB", "AA"],
                    ]),
                model(
                    .adapted(scale: 1),
                    [
                        ["AA", "AA", "AA", "AA"], ["BB", "BA", "AB"],
                        ["AA", "AA", "AA", "AB"], ["BB", "BB", "AB"],
                    ]),
            ], target: .humanities)
        let text = ResultsText(results, adaptedName: "V adapted").lines.joined(separator: "\n")
        #expect(
            text == """
                                    0-shot                                          2-shot
                                    Human.            STEM             All          Human.            STEM             All
                base        37.5 (23.94 q)  83.3 (16.67 q)  57.1 (15.43 q)       100.0 (–)  83.3 (16.67 q)   92.9 (7.14 q)
                  95 %        10.0 to 76.4    34.5 to 97.9    28.5 to 81.7   51.0 to 100.0    34.5 to 97.9    59.8 to 99.1
                V adapted        100.0 (–)  33.3 (16.67 q)   71.4 (7.14 q)  87.5 (12.50 q)  16.7 (16.67 q)  57.1 (10.10 q)
                  95 %       51.0 to 100.0     7.9 to 74.6    45.4 to 88.3    43.4 to 98.5     2.1 to 65.5    32.1 to 79.0
                difference           +62.5           -50.0           +14.3           -12.5           -66.7           -35.7

                percent right (q: standard error over questions); 95 %: Wilson's interval. All: 7 questions that count alike; not MMLU's accuracy over its 14,042 test questions.

                all questions  shots  right  mean of subjects  95 % interval  unreadable
                base               0   57.1              60.4   31.3 to 83.6     1 of 14
                base               2   92.9              91.7   57.8 to 98.9     0 of 14
                V adapted          0   71.4              66.7   40.5 to 85.5     0 of 14
                V adapted          2   57.1              52.1   27.7 to 75.5     0 of 14

                points              0-shot gain   95 % interval      p  2-shot loss   95 % interval      p     drop > 2
                Human., trained on        +62.5  [-11.5, +90.0]  0.180        +12.5  [-37.3, +56.6]  0.437  n too small
                STEM                      -50.0  [-86.2, +28.5]  0.186        +66.7  [-12.1, +92.1]  0.182  n too small
                All                       +14.3  [-25.3, +49.3]  0.480        +35.7   [+4.3, +62.3]  0.033  n too small

                95 %: Tango's interval, by question; p: of no change; drop > 2: whether a drop beyond 2 points is excluded at 0.05. p and drop are adjusted over the categories with as many shots (Holm); All is a summary.
                """, "\(text)")
    }
}
