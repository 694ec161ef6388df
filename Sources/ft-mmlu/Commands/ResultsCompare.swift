import ArgumentParser
import Studies
import Torch

extension ResultsCommand {
    /// One result beside another, with paired differences.
    struct Compare: FileConfigured {
        static let configuration = CommandConfiguration(
            abstract: "Compares two results question by question.",
            discussion: """
                Example: ft-mmlu results compare runs/base runs/adapted

                Of each the adapted model is meant, or the base model where it has no other: a run of \
                the base model beside a training compares base with adapted, two trainings compare \
                their adapted models (of the same scale), and one run named twice its base model with \
                its adapted one. --models names others.

                Differences are B less A by category and number of shots, on the questions that both \
                were asked, in percentage points, with 95 % intervals of the paired bootstrap and the \
                p-value of McNemar's test. `ft-mmlu explain` also says what was set otherwise and \
                which questions changed.
                """)

        @OptionGroup var results: ComparedResults

        @OptionGroup var settings: SettingsFileOption

        func run() throws {
            let explanation = try results.explanation(.subjects)
            guard let answers = explanation.answers else {
                throw FileRefusal(
                    path: "\(results.first), \(results.second)",
                    problem: "have not both answers to compare",
                    remedy: "an answers.jsonl beside each results.json is needed")
            }
            guard answers.contains(where: { $0.commonCount > 0 }) else {
                throw FileRefusal(
                    path: "\(results.first), \(results.second)",
                    problem: "were asked no question that both have, behind as many shots",
                    remedy: "results on the same questions are needed")
            }
            if results.json {
                return print(explanation.comparisonRecord.document, terminator: "")
            }
            for (index, comparison) in answers.enumerated() {
                if index > 0 { print() }
                for line in lines(comparison) { print(line) }
            }
        }

        private func lines(_ comparison: AnswerComparison) -> [String] {
            let alone = [
                (comparison.onlyFirstCount, "only of A's"),
                (comparison.onlySecondCount, "only of B's"),
            ].filter { $0.0 > 0 }.map { ", \($0.0) \($0.1)" }
            var lines = [
                "\(comparison.first.label) of A, \(comparison.second.label) of B: "
                    + "\(comparison.commonCount) questions asked of both" + alone.joined()
            ]
            if comparison.otherDataCount > 0 {
                lines.append(
                    "\(comparison.otherDataCount) of these have another right letter: the data "
                        + "differ")
            }
            return lines + ChangeText(comparison.table).lines
        }
    }
}
