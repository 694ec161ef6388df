internal import CPCRE2

/// A regular expression that cuts text into words, run by PCRE2's just-in-time compiler.
///
/// Not `Sendable`: a match writes into memory of the pattern.
final class SplitPattern {
    private let code: OpaquePointer
    private let found: OpaquePointer
    private let context: OpaquePointer
    private let stack: OpaquePointer?
    private let isCompiled: Bool
    let mayMatchNothing: Bool

    /// Longer expressions are refused; those of known checkpoints have at most 400 bytes.
    private static let longest = 16_384

    /// A match that backtracks more than this, plus eight steps per byte, is stopped. A run of
    /// spaces is searched from its end, once for each alternative.
    private static let stepLimit = 1_000_000

    /// - Parameter expression: in Oniguruma's syntax
    convenience init(_ expression: String) throws {
        guard expression.utf8.count <= Self.longest else {
            throw RegexFailure("it has more than \(Self.longest) bytes")
        }
        try self.init(raw: OnigurumaPattern.translated(expression))
    }

    /// - Parameter expression: in PCRE2's syntax
    init(raw expression: String) throws {
        let units = Array(expression.utf8)
        var failure: Int32 = 0
        var offset = 0
        let options = PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C
        guard
            let code = units.withBytes({
                pcre2_compile_8($0, $1, options, &failure, &offset, nil)
            })
        else { throw RegexFailure(status: failure) }
        var canBeEmpty: UInt32 = 0
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_MATCHEMPTY), &canBeEmpty)
        mayMatchNothing = canBeEmpty != 0
        isCompiled = pcre2_jit_compile_8(code, PCRE2_JIT_COMPLETE) == 0
        stack = isCompiled ? pcre2_jit_stack_create_8(1 << 15, 1 << 22, nil) : nil
        guard let context = pcre2_match_context_create_8(nil),
            let found = pcre2_match_data_create_8(1, nil)
        else {
            pcre2_code_free_8(code)
            throw RegexFailure("there is no memory to run it")
        }
        if stack != nil { pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(stack)) }
        (self.code, self.context, self.found) = (code, context, found)
    }

    deinit {
        pcre2_match_data_free_8(found)
        pcre2_match_context_free_8(context)
        if let stack { pcre2_jit_stack_free_8(stack) }
        pcre2_code_free_8(code)
    }

    /// The first match from `start` on; nil where there is none.
    ///
    /// - Parameter text: well-formed UTF-8.
    func match(in text: UnsafeBufferPointer<UInt8>, from start: Int) throws -> Range<Int>? {
        let steps = Self.stepLimit + 8 * text.count
        pcre2_set_match_limit_8(context, UInt32(clamping: steps))
        let count =
            isCompiled
            ? pcre2_jit_match_8(
                code, text.baseAddress, text.count, start, 0, found, context)
            : pcre2_match_8(
                code, text.baseAddress, text.count, start, PCRE2_NO_UTF_CHECK, found, context)
        if count == PCRE2_ERROR_NOMATCH { return nil }
        guard count >= 0 else { throw RegexFailure(status: count) }
        guard let bounds = pcre2_get_ovector_pointer_8(found), bounds[0] <= bounds[1] else {
            return nil
        }
        return bounds[0]..<bounds[1]
    }
}

/// Why a regular expression cannot be used.
struct RegexFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    /// PCRE2's message.
    init(status: Int32) {
        var words = [UInt8](repeating: 0, count: 256)
        let count = pcre2_get_error_message_8(status, &words, words.count)
        let text = String(decoding: words.prefix(max(0, Int(count))), as: UTF8.self)
        description = "PCRE2 says '\(text)'"
    }
}
