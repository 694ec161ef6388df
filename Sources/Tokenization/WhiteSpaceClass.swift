/// Makes `\s` of a regular expression mean Unicode's White_Space, as Rust's and Oniguruma's do.
///
/// PCRE2 counts U+180E in, which Unicode took out in its version 6.3.
enum WhiteSpaceClass {
    private static let members =
        #"\x{9}-\x{d}\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}"#
        + #"\x{205f}\x{3000}"#

    /// The expression with `\s` spelled out, and `\S` where it stands outside a class.
    static func rewritten(_ expression: String) -> String {
        var result = ""
        var isEscaped = false
        var isInClass = false
        for scalar in expression.unicodeScalars {
            if isEscaped {
                isEscaped = false
                switch scalar {
                case "s": result += isInClass ? members : "[\(members)]"
                case "S" where !isInClass: result += "[^\(members)]"
                default: result += "\\" + String(scalar)
                }
                continue
            }
            switch scalar {
            case "\\":
                isEscaped = true
                continue
            case "[" where !isInClass: isInClass = true
            case "]": isInClass = false
            default: break
            }
            result.unicodeScalars.append(scalar)
        }
        return result + (isEscaped ? "\\" : "")
    }
}
