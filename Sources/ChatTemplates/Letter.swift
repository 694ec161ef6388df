/// One code point of a text, and whether it belongs to a message's content.
///
/// Python's strings are sequences of code points; so are these. Two letters are equal where their
/// code points are: a template cannot see the origin of a letter.
struct Letter: Hashable, Comparable, Sendable {
    private let bits: UInt32
    private static let contentBit: UInt32 = 1 << 31

    init(_ scalar: Unicode.Scalar, isContent: Bool = false) {
        bits = scalar.value | (isContent ? Self.contentBit : 0)
    }

    var isContent: Bool { bits & Self.contentBit != 0 }
    var value: UInt32 { bits & ~Self.contentBit }
    var scalar: Unicode.Scalar { Unicode.Scalar(value) ?? "\u{FFFD}" }

    static func == (left: Letter, right: Letter) -> Bool { left.value == right.value }
    static func < (left: Letter, right: Letter) -> Bool { left.value < right.value }
    func hash(into hasher: inout Hasher) { hasher.combine(value) }

    /// The characters that are white space in Python's `str.isspace` and in the `\s` of its regular
    /// expressions.
    var isSpace: Bool { scalar.isPythonSpace }

    /// The characters at which Python's `str.splitlines` splits.
    var endsLine: Bool {
        switch value {
        case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    /// Letters of a mapped scalar; they have the origin of this one.
    func mapped(to text: String) -> [Letter] {
        text.unicodeScalars.map { Letter($0, isContent: isContent) }
    }
}

extension Unicode.Scalar {
    var isPythonSpace: Bool {
        value < 0x80
            ? value == 0x20 || 0x09...0x0D ~= value || 0x1C...0x1F ~= value
            : properties.isWhitespace
    }
}

extension [Letter] {
    init(_ text: String, isContent: Bool = false) {
        self = text.unicodeScalars.map { Letter($0, isContent: isContent) }
    }

    var string: String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: lazy.map(\.scalar))
        return String(view)
    }
}
