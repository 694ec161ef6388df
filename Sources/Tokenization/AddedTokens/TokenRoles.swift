import Basics

/// The tokens of a folder that have a role, such as start token.
struct TokenRoles: Sendable {
    /// In the order in which transformers assigns ids to those without.
    private static let names = [
        "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
    ]
    private static let lists = ["additional_special_tokens", "extra_special_tokens"]
    private static let defaults = ["bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"]

    private var byRole: [String: JSONValue] = [:]
    private var others: [JSONValue] = []

    /// Reads the roles in the object; they replace those set before.
    mutating func read(_ json: JSONValue) throws {
        for name in Self.names {
            guard let token = json[name] else { continue }
            if token != .null { try Self.check(token) }
            byRole[name] = token
        }
        for name in Self.lists {
            switch json[name] {
            case nil, .null: break
            case .object(let fields)? where fields.isEmpty: break
            case .array(let tokens)?:
                try tokens.forEach(Self.check)
                others += tokens.filter { !others.contains($0) }
            case let other?:
                throw FileProblem("'\(name)' is \(other.shown); an array is implemented")
            }
        }
    }

    /// Checks that the token is a string, or an object with flags that are implemented.
    private static func check(_ token: JSONValue) throws {
        if token.text != nil { return }
        guard token["content"]?.text != nil else {
            throw FileProblem("a special token is \(token.shown); a string is needed")
        }
        _ = try AddedToken(id: 0, token)
    }

    /// The tokens that the files define, as strings or objects.
    var tokens: [JSONValue] {
        Self.names.compactMap { byRole[$0] }.filter { $0 != .null } + others
    }

    /// The names of roles that the files omit; they are tokens only where the model has them.
    var defaultNames: [String] {
        Self.names.filter { byRole[$0] == nil }.compactMap { Self.defaults[$0] }
    }

    var endPiece: String? { byRole["eos_token"].flatMap(Self.piece) }

    /// The piece of a role; where the files omit the role, LlamaTokenizer's default.
    func pieceOrDefault(of name: String) -> String? {
        guard let token = byRole[name] else { return Self.defaults[name] }
        return Self.piece(of: token)
    }

    private static func piece(of token: JSONValue) -> String? {
        token.text ?? token["content"]?.text
    }
}
