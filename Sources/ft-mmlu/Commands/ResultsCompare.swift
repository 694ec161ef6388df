import ArgumentParser
import Experiments
import Torch

extension ResultsCommand {
    /// Compares two results, with paired differences.
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
                were asked (the same by their content, wherever they stand), in percentage points, with \
                their 95 % intervals, the p-value of no change, and whether a drop beyond --margin is \
                excluded. Without a common question it ends with status 1. `ft-mmlu explain` also says \
                what was set otherwise and which questions changed.
                """)

        @OptionGroup var results: ComparedResults

        @OptionGroup var settings: SettingsFileOption

        func run() throws {
            let explanation = try results.explanation(.subjects)
            guard let answers = explanation.answers else {
                throw FileError(
                    path: "\(results.first), \(results.second)",
                    problem: "have not both answers to compare",
                    remedy: "an answers.jsonl beside each results.json is needed")
            }
            if results.json {
                return print(document: explanation.comparisonRecord.document)
            }
            for (index, comparison) in answers.enumerated() {
                if index > 0 { print() }
                for line in PairingText(answers: comparison).lines { print(line) }
                if let line = otherwise(explanation) { print(line) }
                for line in ChangeText(
                    comparison.table, marginPoints: explanation.marginPoints
                ).lines { print(line) }
            }
        }

        /// The settings by which the same questions have different prompts.
        private func otherwise(_ explanation: Explanation) -> String? {
            var parts = explanation.askedOtherwise.map {
                "\($0.name) (A \($0.first ?? "says nothing"), B \($0.second ?? "says nothing"))"
            }
            let count = explanation.otherShotsCount
            if count > 0 {
                parts.append("other shots in \(count) \(count == 1 ? "subject" : "subjects")")
            }
            return parts.isEmpty
                ? nil : "asked otherwise: " + parts.joined(separator: ", ") + "; explain says more"
        }
    }
}
