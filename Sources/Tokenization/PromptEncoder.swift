import Basics
import Foundation

/// Turns a prompt into the tokens that a model reads: its chat format, its start token, and which
/// control tokens count.
///
/// Names of control tokens in questions, shots and rationales are text. `marked` puts a mark into
/// each, and `encode` takes the marks out again. What prompt presets and chat templates write has no
/// marks and is parsed.
public struct PromptEncoder: Sendable {
    /// Whether a start token is put before a text.
    public enum StartToken: String, SettingChoice {
        /// What the tokenizer's files put before a text; a chat template writes its own.
        ///
        /// Source: transformers 5, `add_special_tokens`, which is off after `apply_chat_template`.
        case auto
        case on, off
    }

    public let tokenizer: any Tokenizer
    /// Makes a prompt one user message; nil leaves it as it is.
    public let chat: ChatFormat?
    /// Whether names of control tokens in data are those tokens.
    public let parsesSpecialTokens: Bool
    /// The tokens before every text.
    public let prefix: [Int32]
    /// The chat format's text before every question; many groups of prompts begin with it.
    private let chatOpening: Result<String, any Error>

    /// A noncharacter, which no text has.
    private static let mark = Unicode.Scalar(0xFDD0 as UInt32) ?? "\u{10FFFD}"

    private static let firstByte = String(mark).utf8.first ?? 0

    /// - Throws: `TokenizerError` where a start token is wanted and the tokenizer names none, and for
    ///   control tokens that a chat template writes and the tokenizer lacks.
    public init(
        _ tokenizer: any Tokenizer, chat: ChatFormat? = nil, startToken: StartToken = .auto,
        parsesSpecialTokens: Bool = false
    ) throws {
        try chat?.check(tokenizer)
        self.tokenizer = tokenizer
        self.parsesSpecialTokens = parsesSpecialTokens
        var chat = chat
        if let system = chat?.system, !parsesSpecialTokens {
            chat?.system = Self.marked(system, tokenizer)
        }
        self.chat = chat
        chatOpening = Result { [chat] in try chat?.opening() ?? "" }
        let own = tokenizer.specialPrefix
        switch startToken {
        case .off: prefix = []
        case .auto: prefix = chat == nil ? own : []
        case .on:
            guard let first = own.first ?? tokenizer.startToken else {
                throw TokenizerError("--bos on: the tokenizer names no start token; leave it out")
            }
            // A chat template may write it itself.
            let opening = chat == nil ? [] : try tokenizer.encode(chatOpening.get())
            prefix = opening.first == first ? [] : own.isEmpty ? [first] : own
        }
    }

    /// The text with a mark in each name of a control token.
    @Sendable public func marked(_ text: String) -> String {
        parsesSpecialTokens ? text : Self.marked(text, tokenizer)
    }

    private static func marked(_ text: String, _ tokenizer: any Tokenizer) -> String {
        var result = ""
        var rest = text
        while let name = tokenizer.controlToken(in: rest),
            let range = rest.range(of: name, options: .literal)
        {
            let scalars = rest.unicodeScalars
            let next = scalars.index(after: range.lowerBound)
            result.unicodeScalars += scalars[..<next] + [mark]
            rest = String(scalars[next...])
        }
        return result + rest
    }

    /// The text without marks, as the model reads it.
    public static func text(_ marked: String) -> String {
        guard marked.unicodeScalars.contains(mark) else { return marked }
        return String(String.UnicodeScalarView(marked.unicodeScalars.filter { $0 != mark }))
    }

    /// The prompt in its chat format, with its marks.
    ///
    /// - Throws: `TokenizerError` where the template refuses it.
    public func prompt(_ marked: String) throws -> String {
        try chat?.prompt(marked).text ?? marked
    }

    /// The ids of a whole text, with the start token.
    ///
    /// - Parameter marked: a prompt, and what follows it
    public func encode(_ marked: String) throws -> [Int32] { try prefix + encode(part: marked) }

    /// The ids of a target or a choice alone.
    public func encode(part marked: String) throws -> [Int32] {
        // Bytes are searched faster than scalars, and few texts have this one.
        guard marked.utf8.contains(Self.firstByte), marked.unicodeScalars.contains(Self.mark) else {
            return try tokenizer.encode(marked, literal: [])
        }
        var literal: [Range<Int>] = []
        var offset = 0
        for scalar in marked.unicodeScalars {
            if scalar == Self.mark {
                literal.append(offset - 1..<offset)
            } else {
                offset += UTF8.width(scalar)
            }
        }
        return try tokenizer.encode(Self.text(marked), literal: literal)
    }

    /// The ids that all prompts with a beginning share.
    ///
    /// - Parameter marked: the prompts' beginning, such as a header and shots
    public func opening(_ marked: String) throws -> [Int32] {
        try encode(chatOpening.get() + marked)
    }
}
