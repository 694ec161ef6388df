import Basics
import Foundation

/// The configuration of a `tokenizer.model` in the other files of its folder.
///
/// `added_tokens_decoder` of `tokenizer_config.json` has the added tokens; where it is missing,
/// `added_tokens.json` has them and `special_tokens_map.json` their roles, as transformers 5.23
/// reads them (tokenization_utils_base.py).
struct SentencePieceConfiguration: Sendable {
    /// In the order of their ids.
    private(set) var addedTokens: [AddedToken] = []
    /// A token with a role gets an id where it has none.
    private(set) var roles = TokenRoles()
    private(set) var prefix = SpacePrefix.ofModel
    /// The roles whose tokens belong before and after a text.
    private(set) var framing: (before: String?, after: String?)
    /// The framing of a `tokenizer.json` in the folder, which then takes precedence.
    private(set) var frame: TokenFrame?
    /// The file that has the added tokens.
    private(set) var file = ""

    /// A model without other files.
    init() {}

    init(folder: URL) throws {
        let settings = folder.appending(path: TokenizerConfiguration.fileName)
        file = settings.path
        frame = try Self.frame(folder: folder)
        let isDescribed = try JSONValue.object(of: settings) { try read($0) }
        if isDescribed == true { return }
        _ = try JSONValue.object(of: folder.appending(path: "special_tokens_map.json")) {
            try roles.read($0)
        }
        let list = folder.appending(path: "added_tokens.json")
        if try JSONValue.object(of: list, { try readList($0) }) != nil { file = list.path }
    }

    /// Whether the folder's `tokenizer_class` reads a `tokenizer.model`.
    static func isUsed(in folder: URL) throws -> Bool {
        try JSONValue.object(of: folder.appending(path: TokenizerConfiguration.fileName)) { json in
            json["tokenizer_class"]?.text.map { classes.contains($0) } ?? true
        } ?? true
    }

    private static func frame(folder: URL) throws -> TokenFrame? {
        let file = folder.appending(path: TokenizerFile.bpe.rawValue)
        guard FileFormat.isThere(file.path) else { return nil }
        do { return try TokenFrame(json: readBytes(of: file)) } catch {
            throw TokenizerError.named(file.path, error)
        }
    }
}

extension SentencePieceConfiguration {
    private static let classes = ["LlamaTokenizer", "LlamaTokenizerFast"]

    /// Reads `tokenizer_config.json`; whether it describes the added tokens.
    private mutating func read(_ json: JSONValue) throws -> Bool {
        switch json["tokenizer_class"] {
        case nil, .null: break
        case .string(let name)? where Self.classes.contains(name): break
        case let other?:
            throw FileProblem(
                "'tokenizer_class' is \(other.shown), which is not implemented for a "
                    + "tokenizer.model; 'LlamaTokenizer' is")
        }
        guard try !flag("split_special_tokens", of: json, default: false) else {
            throw FileProblem("'split_special_tokens' is true, which is not implemented")
        }
        // transformers 5.23: `legacy` is false and `add_prefix_space` true unless given.
        let isLegacy = try flag("legacy", of: json, default: false)
        let addsPrefix = try flag("add_prefix_space", of: json, default: true)
        prefix = isLegacy ? .ofModel : addsPrefix ? .first : .never

        framing = (
            try flag("add_bos_token", of: json, default: false) ? "bos_token" : nil,
            try flag("add_eos_token", of: json, default: false) ? "eos_token" : nil
        )
        try roles.read(json)
        guard let described = json["added_tokens_decoder"], described != .null else {
            return false
        }
        guard case .object(let fields) = described else {
            throw FileProblem("'added_tokens_decoder' is \(described.shown); an object is needed")
        }
        for (name, token) in fields {
            guard let id = Int32(name), id >= 0, String(id) == name else {
                throw FileProblem(
                    "'added_tokens_decoder' has the name '\(name.prefix(80))'; the id of a "
                        + "token is needed")
            }
            addedTokens.append(try AddedToken(id: id, token))
        }
        addedTokens.sort { $0.id < $1.id }
        return true
    }

    /// Reads `added_tokens.json`: the id of each token.
    private mutating func readList(_ json: JSONValue) throws {
        guard case .object(let fields) = json else { return }
        addedTokens = try fields.map { name, value in
            guard let id = value.whole.flatMap(Int32.init(exactly:)) else {
                throw FileProblem(
                    "the added token '\(name.prefix(80))' has the id \(value.shown); a whole "
                        + "number is needed")
            }
            return AddedToken(
                id: id, content: name, isSingleWord: false, stripsLeft: false,
                stripsRight: false, isNormalized: false, isSpecial: false)
        }
        addedTokens.sort { $0.id < $1.id }
    }

    private func flag(_ name: String, of json: JSONValue, default: Bool) throws -> Bool {
        switch json[name] {
        case nil, .null: return `default`
        case .bool(let isTrue)?: return isTrue
        case let other?:
            throw FileProblem("'\(name)' is \(other.shown); true, false or null is needed")
        }
    }
}

/// What writes the space before a text's first word.
enum SpacePrefix: Sendable {
    /// SentencePiece itself, before every stretch between added tokens, where the model says so.
    case ofModel
    /// This program, before the whole text only.
    case first
    case never
}
