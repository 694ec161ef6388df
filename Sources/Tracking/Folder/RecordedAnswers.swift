import Basics
import Benchmarks
import Foundation
import Scoring

/// The answers of a run, read from its answers.jsonl and nothing else.
public struct RecordedAnswers: Sendable {
    /// In the order in which they first answer.
    public private(set) var models: [AnsweringModel] = []
    public let scoring: Scoring
    /// The prompt preset's name.
    public let prompt: String
    /// Questions left out because not all of their repeats exist, over models and shots. A stopped
    /// run leaves such questions.
    public private(set) var incompleteCount = 0
    private var answers: [AnsweringModel: [Answer]] = [:]

    /// A last line that a crash cut short is dropped.
    ///
    /// - Parameter folder: the run's
    /// - Throws: `FileError` with the first line that is no answer or a second one, and where there
    ///   is no answer at all.
    public init(folder: String) throws {
        let path = folder + "/" + RunFile.answers
        guard let all = try FileFormat.jsonLines.lines(of: path) else {
            throw FileError(
                path: path, problem: "cannot be read",
                remedy: "the folder of a run that has answered is needed")
        }
        let lines = all.filter(\.isEnded)
        guard let first = lines.first.flatMap({ AnswerRecord(line: $0.bytes) }),
            let prompt = first.prompt, let scoring = Scoring(rawValue: first.scoring)
        else {
            throw FileError(
                path: path,
                problem: lines.isEmpty ? "has no whole line" : "begins with no answer",
                remedy: "a file that ft-mmlu wrote is needed")
        }
        self.scoring = scoring
        self.prompt = prompt
        var seen: [AnsweringModel: Set<AnswerID>] = [:]
        var hashes: [QuestionID: String] = [:]
        for text in lines {
            guard let line = AnswerRecord(line: text.bytes), let model = line.answeringModel,
                let answer = line.observation, line.scoring == first.scoring, line.prompt == prompt,
                answer.isPlausible,
                line.correct == answer.isCorrect,
                seen[model, default: []].insert(answer.id).inserted,
                hashes.keeps(answer.questionHash, of: answer.question)
            else {
                throw FileError(
                    path: text.place,
                    problem: "is no answer like those before it, or is its question's second",
                    remedy: "restore the file as it was written, or remove the line")
            }
            if answers[model] == nil { models.append(model) }
            answers[model, default: []].append(answer)
        }
        // A run that an earlier version began has hashes in its later lines alone.
        answers = answers.mapValues { given in
            given.map { answer in
                var answer = answer
                answer.questionHash = hashes[answer.question]
                return answer
            }
        }
        dropIncompleteQuestions()
    }

    public subscript(_ model: AnsweringModel) -> [Answer] { answers[model] ?? [] }

    /// Drops a question with fewer repeats than others with the same number of shots.
    private mutating func dropIncompleteQuestions() {
        for model in models {
            let given = answers[model] ?? []
            let counts = Dictionary(grouping: given, by: \.item).mapValues(\.count)
            let complete = Set(
                counts.withAllRepeats(shots: \.key.shots, repeats: \.value).map(\.key))
            incompleteCount += counts.count - complete.count
            answers[model] = given.filter { complete.contains($0.item) }
        }
    }
}

extension [QuestionID: String] {
    /// Adds the content hash of a question, if there is one.
    ///
    /// - Returns: whether it is the same as before
    fileprivate mutating func keeps(_ hash: String?, of question: QuestionID) -> Bool {
        guard let hash else { return true }
        return updateValue(hash, forKey: question).map { $0 == hash } ?? true
    }
}

extension Answer {
    /// Whether the values are possible: counts from 0 are not negative, the subject is one of
    /// MMLU's, and log-probabilities are numbers.
    fileprivate var isPlausible: Bool {
        guard question.row >= 0, shots >= 0, repetition >= 0,
            (try? Subjects.subject(named: question.subject)) != nil
        else { return false }
        return switch evidence {
        case .letters(let logprobs): logprobs.allSatisfy(\.isFinite)
        case .choices(let logprobs, let bytes):
            logprobs.allSatisfy(\.isFinite) && bytes.allSatisfy { $0 > 0 }
        case .text: true
        }
    }
}
