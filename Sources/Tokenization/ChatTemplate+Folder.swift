import Basics
import Foundation

extension ChatTemplate {
    /// A file in the folder of `tokenizer_config.json` that, where it exists, has the template.
    private static let fileName = "chat_template.jinja"

    /// The template of a checkpoint's folder, or the one with the name.
    ///
    /// - Returns: nil where the folder has no template, and for the name `none`.
    /// - Throws: `TokenizerError` if the folder's template is unknown, or the name is.
    public static func of(folder: URL, named name: String?) throws -> ChatTemplate? {
        switch name {
        case nil: break
        case "none": return nil
        case chatML.name: return chatML
        case let name?:
            throw TokenizerError(
                "The chat template '\(name)' was asked for; we know "
                    + names.map { "'\($0)'" }.joined(separator: " and ") + ".")
        }
        guard let (file, template) = try template(in: folder) else { return nil }
        guard let known = recognised(template) else {
            throw TokenizerError(
                "\(file.path): the chat template is none of Qwen2.5's, and others are not "
                    + "rendered; --chat-template NAME|none decides (NAME is 'chatml').")
        }
        return known
    }

    private static func template(in folder: URL) throws -> (file: URL, template: String)? {
        let own = folder.appending(path: fileName)
        if FileFormat.isThere(own.path) {
            let bytes = try readBytes(of: own, as: .text)
            return (own, String(decoding: bytes, as: UTF8.self))
        }
        let file = folder.appending(path: TokenizerConfiguration.fileName)
        return try TokenizerConfiguration(folder: folder)?.chatTemplate.map { (file, $0) }
    }

    /// Qwen2.5's templates by their length and FNV-1a hash, without a line feed at the end, which
    /// Jinja drops.
    private static func recognised(_ template: String) -> ChatTemplate? {
        var bytes = Array(template.utf8)
        if bytes.last == 0x0A { bytes.removeLast() }
        let hash = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { hash, byte in
            (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        switch (bytes.count, hash) {
        case (2506, 0xE642_CE24_6D7F_2E3D): return qwen25Instruct
        case (2426, 0x16BC_91FC_7006_A16D): return qwen25Base
        default: return nil
        }
    }
}
