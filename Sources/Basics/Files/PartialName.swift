import Foundation

/// Names of files and folders that are not whole yet.
///
/// A name ends in 16 random hexadecimal digits, so nobody can put a link under it beforehand.
enum PartialName {
    private static let mark = ".partial-"
    private static let digitCount = 16

    /// A new name in the folder of `path`.
    static func beside(_ path: String) -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        return path + mark + String(repeating: "0", count: digitCount - digits.count) + digits
    }

    /// Whether a name is that of a temporary file or folder whose writer was killed; earlier
    /// versions put the number of their process last.
    static func isLeftover(_ name: String) -> Bool {
        guard let mark = name.range(of: mark, options: .backwards) else { return false }
        let end = name[mark.upperBound...].utf8
        let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        let isLetter = { (byte: UInt8) in (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte) }
        return !end.isEmpty && end.allSatisfy(isDigit)
            || end.count == digitCount && end.allSatisfy { isDigit($0) || isLetter($0) }
    }
}
