internal import CPCRE2

/// A regular expression that a layer's whole path must match, as Python's `re.fullmatch`.
///
/// Run by PCRE2, whose syntax covers that of Python here. Expressions come from files of others: a
/// match that backtracks too often ends with an error.
final class ModuleExpression {
    /// Why an expression cannot be used.
    struct Failure: Error, CustomStringConvertible {
        let description: String

        fileprivate init(status: Int32) {
            var words = [UInt8](repeating: 0, count: 256)
            let count = pcre2_get_error_message_8(status, &words, words.count)
            description = String(decoding: words.prefix(max(0, Int(count))), as: UTF8.self)
        }
    }

    private static let stepLimit: UInt32 = 100_000

    private let code: OpaquePointer
    private let found: OpaquePointer
    private let context: OpaquePointer

    init(_ expression: String) throws(Failure) {
        let units = Array(expression.utf8)
        var failure: Int32 = 0
        var offset = 0
        let options =
            PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED | UInt32(PCRE2_NEVER_BACKSLASH_C)
        let compiled = units.withUnsafeBufferPointer {
            pcre2_compile_8($0.baseAddress, $0.count, options, &failure, &offset, nil)
        }
        guard let compiled else { throw Failure(status: failure) }
        guard let context = pcre2_match_context_create_8(nil),
            let found = pcre2_match_data_create_8(1, nil)
        else {
            pcre2_code_free_8(compiled)
            throw Failure(status: PCRE2_ERROR_NOMEMORY)
        }
        pcre2_set_match_limit_8(context, Self.stepLimit)
        (code, self.context, self.found) = (compiled, context, found)
    }

    deinit {
        pcre2_match_data_free_8(found)
        pcre2_match_context_free_8(context)
        pcre2_code_free_8(code)
    }

    func matches(_ path: String) throws(Failure) -> Bool {
        let status = Array(path.utf8).withUnsafeBufferPointer {
            pcre2_match_8(code, $0.baseAddress, $0.count, 0, 0, found, context)
        }
        guard status >= 0 || status == PCRE2_ERROR_NOMATCH else { throw Failure(status: status) }
        return status >= 0
    }
}
