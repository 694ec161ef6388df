import Basics
import Foundation

/// A part of a gnuplot script.
///
/// Only literals of this program are commands. Text that is interpolated into one becomes a quoted
/// string, so that gnuplot executes no text of a file.
struct Script: Hashable, ExpressibleByStringInterpolation {
    let text: String

    private init(_ text: String) { self.text = text }

    /// A number in the fewest of six digits.
    init(number: Double) { text = String(format: "%g", number) }

    init(stringLiteral literal: StaticString) { text = literal.description }

    init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) {}

        mutating func appendLiteral(_ literal: StaticString) { text += literal.description }

        mutating func appendInterpolation(_ script: Script) { text += script.text }

        /// A string of plain text on one line.
        mutating func appendInterpolation(_ plain: String) { text += Script.quoted(plain) }

        /// A label on an axis, which may have several lines. gnuplot takes it for a format of numbers.
        mutating func appendInterpolation(label plain: String) {
            text += plain.replacing("%", with: "%%")
                .split(separator: "\n", omittingEmptySubsequences: false)
                .map { Script.quoted(String($0)) }.joined(separator: #"."\n"."#)
        }

        mutating func appendInterpolation(_ number: Int) { text += "\(number)" }

        mutating func appendInterpolation(_ number: Double) { text += "\(number)" }
    }

    /// In single quotes gnuplot runs no backquotes, expands no macros and reads no backslashes; a
    /// line break would end the statement. A doubled quote means one quote only after another
    /// character (gnuplot 5.4, scanner.c), so strings are joined around quotes.
    private static func quoted(_ plain: String) -> String {
        plain.visibleLine.split(separator: "'", omittingEmptySubsequences: false)
            .map { "'\($0)'" }.joined(separator: #"."'"."#)
    }

    static func joined(_ scripts: [Script], by separator: Script) -> Script {
        Script(scripts.map(\.text).joined(separator: separator.text))
    }
}

extension [Script] {
    func joined(separator: Script) -> Script { Script.joined(self, by: separator) }
}
