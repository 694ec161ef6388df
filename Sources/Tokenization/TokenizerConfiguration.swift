import Basics
import Foundation

/// The used fields of a folder's `tokenizer_config.json`.
struct TokenizerConfiguration {
    static let fileName = "tokenizer_config.json"

    /// The start token's piece, where the file names one.
    var startPiece: String?
    /// The end token's piece, where the file names one.
    var endPiece: String?
    /// The chat template in Jinja, where the file has one.
    var chatTemplate: String?

    /// Reads the folder's file; nil where the folder has none.
    init?(folder: URL) throws {
        let file = folder.appending(path: Self.fileName)
        let found: Void? = try JSONValue.object(of: file) { json in
            startPiece = try Self.piece(json["bos_token"], "bos_token")
            endPiece = try Self.piece(json["eos_token"], "eos_token")
            chatTemplate = try Self.template(json["chat_template"])
        }
        if found == nil { return nil }
    }

    /// A piece is a string, or an object that has one as its `content`.
    private static func piece(_ value: JSONValue?, _ role: String) throws -> String? {
        switch value {
        case nil, .null: return nil
        case .string(let piece): return piece
        case let value?:
            guard let piece = value["content"]?.text else {
                throw FileProblem("'\(role)' is \(value.shown); a string is needed")
            }
            return piece
        }
    }

    /// A template is a string, or in a list of named ones the one called "default".
    private static func template(_ value: JSONValue?) throws -> String? {
        switch value {
        case nil, .null: return nil
        case .string(let template): return template
        case .array(let named):
            let standard = named.first { $0["name"] == .string("default") }
            guard let template = standard?["template"]?.text else {
                throw FileProblem("'chat_template' is a list without a template named 'default'")
            }
            return template
        case let value?:
            throw FileProblem("'chat_template' is \(value.shown); a string is needed")
        }
    }
}

/// The bytes of a tokenizer's file.
///
/// - Throws: `FileError` for another kind of file, else `TokenizerError`.
package func readBytes(of file: URL, as format: FileFormat = .json) throws -> [UInt8] {
    guard let data = try format.contents(of: file.path) else {
        throw TokenizerError(
            "\(file.path): the file was to be read, but: \(String(cString: strerror(errno))).")
    }
    return Array(data)
}
