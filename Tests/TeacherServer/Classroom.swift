import Basics
import Benchmarks
import FlyingFox
import Foundation

/// Decides what each request gets, and writes it down.
actor Classroom {
    nonisolated let folder: URL
    private let questions: [String: RationaleRow]
    private let faults: Double
    private let seed: UInt64
    private let delay: Double
    private let always: [Reaction]
    private let file: FileHandle
    private var counts: [String: Int] = [:]

    init(_ arguments: [String]) throws {
        var values: [String: [String]] = [:]
        for index in stride(from: 2, to: arguments.count - 1, by: 2) {
            values[arguments[index], default: []].append(arguments[index + 1])
        }
        let rows = try RationaleFile.read(URL(fileURLWithPath: arguments[0]))
        questions = Dictionary(
            rows.map { (Self.body($0.question), $0) }, uniquingKeysWith: { first, _ in first })
        folder = URL(fileURLWithPath: arguments[1])
        faults = Double(values["--faults"]?.first ?? "0") ?? 0
        seed = UInt64(values["--seed"]?.first ?? "0") ?? 0
        delay = Double(values["--delay"]?.first ?? "0") ?? 0
        always = try (values["--always"] ?? []).map { name in
            guard let reaction = Reaction(rawValue: name) else {
                throw InputError("there is no reaction '\(name)'")
            }
            return reaction
        }
        let path = folder.appending(path: "log.jsonl").path
        if !FileManager.default.fileExists(atPath: path) {
            FileManager.default.createFile(atPath: path, contents: nil)
        }
        guard let handle = FileHandle(forWritingAtPath: path) else {
            throw InputError("\(path) cannot be written")
        }
        handle.seekToEndOfFile()
        file = handle
    }

    private struct Asked: Decodable {
        struct Message: Decodable {
            let role: String
            let content: String
        }

        let model: String
        let messages: [Message]
        let max_tokens: Int
        let temperature: Double?
    }

    func respond(to request: HTTPRequest) async throws -> HTTPResponse {
        let asked = try JSONDecoder().decode(Asked.self, from: await request.bodyData)
        let text = asked.messages.last?.content ?? ""
        guard let start = text.range(of: "\n\n"),
            let end = text.range(of: "\nAnswer:", options: .backwards),
            let row = questions[String(text[start.lowerBound..<end.upperBound])]
        else {
            return HTTPResponse(statusCode: .badRequest, body: Data("no such question".utf8))
        }
        let id = row.question.id
        let name = "\(id.subject) \(id.split.rawValue) \(id.row)"
        let count = counts[name, default: 0]
        counts[name] = count + 1
        let reaction = reaction(to: name, count)
        let key = request.headers[HTTPHeader("Authorization")]
        try log(
            [
                "question": name, "count": "\(count)", "reaction": reaction.rawValue,
                "key": key ?? "", "model": asked.model, "hint": "\(text.contains("right answer"))",
                "limit": "\(asked.max_tokens)",
                "temperature": asked.temperature.map { "\($0)" } ?? "",
                "system": asked.messages.first?.content ?? "", "text": text,
                "time": "\(Date().timeIntervalSince1970)",
            ])
        if delay > 0 { try await Task.sleep(for: .seconds(delay)) }
        return reaction.response(about: row, key: key ?? "", count: count)
    }

    private func reaction(to name: String, _ count: Int) -> Reaction {
        if !always.isEmpty { return always[min(count, always.count - 1)] }
        var generator = SeededGenerator(seed: seed, for: ["fault", name, "\(count)"])
        guard generator.unit() < faults else { return .answer }
        return Reaction.faults[generator.index(below: Reaction.faults.count)]
    }

    private func log(_ fields: [String: String]) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        file.write(try encoder.encode(fields) + Data("\n".utf8))
    }

    /// How a question stands in a prompt.
    private static func body(_ question: Question) -> String {
        let choices = zip(Letter.allCases, question.choices).map { "\($0.rawValue). \($1)\n" }
        return "\n\n\(question.question)\n\(choices.joined())Answer:"
    }
}
