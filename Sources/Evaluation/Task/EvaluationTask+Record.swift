import Basics
import Benchmarks

/// The records of the questions for questions.json and results.json.
extension EvaluationTask {
    /// questions.json
    ///
    /// - Parameter groups: the prompts
    package func record(_ groups: [PromptGroup]) -> JSONValue {
        let bySubject = Dictionary(grouping: questions, by: \.id.subject)
        let shortened = Self.shortened(groups)
        let fewer: [(String, JSONValue)] =
            shortened.isEmpty ? [] : [("fewer_shots", .array(shortened.map(Self.fewerShots)))]
        return .object(
            [
                ("sample_seed", .whole(settings.sampleSeed)),
                (
                    "questions",
                    .object(
                        bySubject.keys.sorted().map { subject in
                            (subject, Self.places(bySubject[subject] ?? []))
                        })
                ),
                ("shots", shotRecord),
            ] + fewer + (tooLong.isEmpty ? [] : [("too_long", tooLongRecord)]))
    }

    /// The questions that are not evaluated because they exceed the context, by subject.
    package var tooLongRecord: JSONValue {
        let bySubject = Dictionary(grouping: tooLong, by: \.id.subject)
        return .object(bySubject.sorted { $0.key < $1.key }.map { ($0.key, Self.places($0.value)) })
    }

    /// A sentence with the number and names of these questions; nil where there are none.
    package var tooLongNotice: String? {
        tooLong.isEmpty
            ? nil
            : "\(tooLong.count) of \(tooLong.count + questions.count) questions are left out, too "
                + "long for the model: " + tooLong.map(\.id.place).joined(separator: ", ")
    }

    /// The prompts with fewer shots than requested.
    package static func shortened(_ groups: [PromptGroup]) -> [PromptGroup] {
        groups.filter { $0.shots.count < $0.shotCount }
    }

    /// The positions of the questions that are evaluated with fewer shots.
    private static func fewerShots(_ group: PromptGroup) -> JSONValue {
        .object([
            ("shots", .whole(group.shotCount)), ("shown", .whole(group.shots.count)),
            ("subject", .string(group.subject)),
            ("questions", places(group.questions.map(\.question))),
        ])
    }

    /// The number of questions that are evaluated with fewer shots, for each requested number of
    /// shots.
    package func fewerShotCounts(_ groups: [PromptGroup]) -> JSONValue {
        let shortened = Self.shortened(groups)
        return .object(
            settings.shots.map { count in
                (
                    "\(count)",
                    .whole(
                        shortened.filter { $0.shotCount == count }
                            .reduce(0) { $0 + $1.questions.count })
                )
            })
    }

    /// The subjects whose shots have rationales, for each number of shots; nil where the prompt or
    /// the settings show none.
    package var rationaleRecord: JSONValue {
        guard settings.prompt.showsRationales, rationales.count > 0 else { return .null }
        return .object(
            settings.shots.filter { $0 > 0 }.map { count in
                let subjects = (shots[count] ?? [:]).filter {
                    rationalesShown(by: $0.value).count > 0
                }
                return ("\(count)", .array(subjects.keys.sorted().map { .string($0) }))
            })
    }

    /// The rows of the shots, for each number of shots and subject; where shots are drawn for each
    /// question, for each question and repeat.
    package var shotRecord: JSONValue {
        let bySubject = Dictionary(grouping: questions, by: \.id.subject)
        return .object(
            settings.shots.map { count in
                (
                    "\(count)",
                    .object(
                        (shots[count] ?? [:]).sorted { $0.key < $1.key }.map { subject, rows in
                            drawsShots(count)
                                ? (subject, drawnRecord(count, bySubject[subject] ?? []))
                                : (subject, Self.places(rows))
                        })
                )
            })
    }

    private func drawnRecord(_ count: Int, _ questions: [Question]) -> JSONValue {
        .array(
            questions.flatMap { question in
                (0..<settings.shotDraws).map { repetition in
                    .object([
                        ("split", .string(question.id.split.rawValue)),
                        ("row", .whole(question.id.row)), ("repeat", .whole(repetition)),
                        ("shots", Self.places(drawn(count, for: question, repetition))),
                    ])
                }
            })
    }

    private static func places(_ questions: [Question]) -> JSONValue {
        .array(
            questions.map {
                .object([("split", .string($0.id.split.rawValue)), ("row", .whole($0.id.row))])
            })
    }
}
