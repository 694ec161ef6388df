import Basics
import ChatTemplates
import Foundation

extension ChatFormat {
    /// Formats that can be selected by name; `none` means no template.
    public static let names = ["chatml", "none"]

    /// Files with a template, in the folder of `tokenizer_config.json`. The first takes precedence
    /// over that file. The second, of older processors, comes after it. Source: transformers 5.23,
    /// tokenization_utils_base.py and processing_utils.py.
    private static let files = (own: "chat_template.jinja", older: "chat_template.json")
    private static let roles = [
        "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
    ]

    /// The format of a checkpoint's folder, of a template's file, or the one with the name.
    ///
    /// - Parameter name: a name, or the path of a file with a template in Jinja; nil is the folder's
    /// - Returns: nil where the folder has no template, and for the name `none`.
    /// - Throws: `TokenizerError` if the template cannot be read, or the name is unknown.
    public static func of(folder: URL, named name: String?) throws -> ChatFormat? {
        switch name {
        case nil: break
        case "none": return nil
        case "chatml": return try chatML()
        case let name? where name.contains("/") || FileFormat.isThere(name):
            let text = try text(of: URL(fileURLWithPath: name))
            return try ChatFormat(
                name: name, place: "\(name): the chat template", template: text,
                tokens: tokens(in: folder), markers: markers(in: text))
        case let name?:
            throw TokenizerError(
                "the chat template '\(name)' is unknown; a file with a template, "
                    + names.map { "'\($0)'" }.joined(separator: " or ") + " is needed")
        }
        guard let (file, template) = try template(in: folder) else { return nil }
        return try ChatFormat(
            name: file.lastPathComponent, place: "\(file.path): the chat template",
            template: template, tokens: tokens(in: folder))
    }

    private static func template(in folder: URL) throws -> (file: URL, template: String)? {
        let own = folder.appending(path: files.own)
        if FileFormat.isThere(own.path) {
            return (own, try text(of: own))
        }
        if let template = try TokenizerConfiguration(folder: folder)?.chatTemplate {
            return (folder.appending(path: TokenizerConfiguration.fileName), template)
        }
        let older = folder.appending(path: files.older)
        guard let json = try JSONValue.object(of: older) else { return nil }
        guard let template = json["chat_template"]?.text else {
            throw TokenizerError("\(older.path): it has no string 'chat_template'; one is needed.")
        }
        return (older, template)
    }

    private static func text(of file: URL) throws -> String {
        try TextFile.text(
            of: Data(try readBytes(of: file, as: .text)), named: file.path)
    }

    /// Names of control tokens, as `<|im_start|>`, in a template's text.
    private static func markers(in template: String) -> [String] {
        var seen: Set<String> = []
        return template.matches(of: /<\|[A-Za-z0-9_]+\|>/).map { String($0.output) }
            .filter { seen.insert($0).inserted }
    }

    /// The tokens with a role that the folder's files name.
    ///
    /// `special_tokens_map.json` takes precedence, unless `tokenizer_config.json` describes added
    /// tokens.
    private static func tokens(in folder: URL) throws -> [TemplateValue.Field] {
        let configuration = try JSONValue.object(
            of: folder.appending(path: TokenizerConfiguration.fileName))
        var files = [configuration].compactMap(\.self)
        if configuration?["added_tokens_decoder"] == nil,
            let map = try JSONValue.object(of: folder.appending(path: "special_tokens_map.json"))
        {
            files.insert(map, at: 0)
        }
        return roles.compactMap { role in
            let token = files.lazy.compactMap { $0[role] }.first
            guard let text = token?.text ?? token?["content"]?.text else { return nil }
            return .init(role, .string(text))
        }
    }
}
