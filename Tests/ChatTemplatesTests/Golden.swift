import Basics
import ChatTemplates
import Foundation
import TestSupport
import Testing

/// A value of the oracle: JSON in which dictionaries keep their order, and floats stay floats.
struct GoldenValue: Decodable {
    let value: TemplateValue

    private enum Key: String, CodingKey { case dictionary = "d", float = "f" }

    init(from decoder: any Decoder) throws {
        if let fields = try? decoder.container(keyedBy: Key.self) {
            if let digits = try? fields.decode(String.self, forKey: .float) {
                value = .float(Double(digits) ?? .nan)
            } else {
                let pairs = try fields.decode([Pair].self, forKey: .dictionary)
                value = .dictionary(pairs.map { .init($0.name, $0.value.value) })
            }
            return
        }
        if let elements = try? [GoldenValue](from: decoder) {
            value = .list(elements.map(\.value))
            return
        }
        let scalar = try decoder.singleValueContainer()
        if scalar.decodeNil() {
            value = .none
        } else if let boolean = try? scalar.decode(Bool.self) {
            value = .boolean(boolean)
        } else if let integer = try? scalar.decode(Int.self) {
            value = .integer(integer)
        } else {
            value = .string(try scalar.decode(String.self))
        }
    }

    private struct Pair: Decodable {
        let name: String
        let value: GoldenValue

        init(from decoder: any Decoder) throws {
            var pair = try decoder.unkeyedContainer()
            name = try pair.decode(String.self)
            value = try pair.decode(GoldenValue.self)
        }
    }
}

/// A text, or that the template is refused.
struct GoldenResult: Decodable {
    var text: String?
    var sha256: String?
    var error: String?
    var line: Int?
    /// The words of `raise_exception`.
    var message: String?
}

enum Golden {
    private static let folder = Fixture.repository.path + "/Tests/Fixtures/chat/"

    /// The folder of published templates beside the repository; nil where it is absent.
    static let sharedTemplates: String? = Fixture.shared.map { $0 + "/data/chat_template/" }
        .flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil }

    static func text(_ name: String) throws -> String {
        try String(contentsOfFile: folder + name, encoding: .utf8)
    }

    static func read<File: Decodable>(_ type: File.Type, _ name: String) throws -> File {
        try JSONDecoder().decode(type, from: Data(contentsOf: URL(filePath: folder + name)))
    }

    /// Expects the text, code point by code point, or the refusal.
    static func expect(
        _ golden: GoldenResult, of source: String, _ name: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ render: (JinjaTemplate) throws -> String
    ) {
        let name = name ?? source
        do {
            let text = try render(JinjaTemplate(source))
            if let sha256 = golden.sha256 {
                #expect(
                    SHA256.hexDigest(of: text) == sha256, "\(name)", sourceLocation: sourceLocation)
            } else {
                #expect(
                    golden.text.map { Array($0.utf8) } == Array(text.utf8), "\(name): \(text)",
                    sourceLocation: sourceLocation)
            }
        } catch let error as TemplateError {
            #expect(golden.error != nil, "\(name): \(error)", sourceLocation: sourceLocation)
            #expect(
                error.isRaised == (golden.error == "TemplateError") || golden.error == "any",
                "\(name): \(error)", sourceLocation: sourceLocation)
            if let message = golden.message {
                #expect(error.problem == message, sourceLocation: sourceLocation)
            }
        } catch {
            Issue.record("\(name): \(error)", sourceLocation: sourceLocation)
        }
    }
}
