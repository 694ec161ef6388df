/// Classes of single characters for reading answers.
enum AnswerSigns {
    /// Full-width forms become narrow ones, and traditional characters that the reader looks for
    /// simplified ones.
    static func narrow(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar.value < 0x80 { return scalar }
        if let known = narrowed[scalar] { return known }
        // A full-width bracket is left: it never makes "B（…）" a function.
        guard (0xFF01...0xFF5E).contains(scalar.value), scalar != "（", scalar != "［" else {
            return scalar
        }
        return Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar
    }

    private static let narrowed: [Unicode.Scalar: Unicode.Scalar] = [
        "。": ".", "｡": ".", "…": ".", "‑": "-", "‐": "-", "−": "-", "；": ";", "،": ",", "؟": "?",
        "選": "选", "項": "项", "對": "对", "確": "确", "為": "为", "應": "应", "該": "该", "擇": "择",
        "錯": "错", "題": "题", "認": "认", "覺": "觉", "實": "实", "終": "终", "個": "个", "誤": "误",
        "議": "议", "還": "还", "現": "现", "說": "说",
    ]

    static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
        ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains(scalar)
    }

    /// A joiner, a mark of direction, or the choice of an emoji's look.
    static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        (0x200B...0x200F).contains(scalar.value) || (0x202A...0x202E).contains(scalar.value)
            || (0x2060...0x2069).contains(scalar.value) || (0xFE00...0xFE0F).contains(scalar.value)
            || scalar.value == 0xFEFF
    }

    static func isDecoration(_ scalar: Unicode.Scalar) -> Bool {
        decoration.contains(scalar)
    }

    private static let decoration = Set(
        "*_()（）[]［{}\"'`$“”„‟‘’‚‹›«»「」『』【】〔〕《》〈〉~#✅✔☑✓".unicodeScalars)

    /// Part of a word or a number.
    static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x80 {
            return ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
                || ("0"..."9").contains(scalar)
        }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: return true
        default: return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        }
    }

    static func isLatin(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
    }

    /// A character of a script that puts no spaces between words.
    static func standsAlone(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value >= 0x3040 else { return false }
        return scalar.properties.isIdeographic || (0x3040...0x30FF).contains(scalar.value)
            || (0xAC00...0xD7A3).contains(scalar.value)
    }

    /// Whether a sign joins two parts of a word or number: "A-level", "don't", "3.5".
    static func joins(
        _ scalar: Unicode.Scalar, _ before: Unicode.Scalar?, _ after: Unicode.Scalar
    ) -> Bool {
        switch scalar {
        case "-", "'", "’": return true
        case ".", ",":
            return before.map { ("0"..."9").contains($0) } ?? false
                && ("0"..."9").contains(after)
        default: return false
        }
    }

    /// Ⓑ and ⓑ, 🄑 and ⒝ are (B); 🅱 is a blood group.
    static func circled(_ scalar: Unicode.Scalar) -> Letter? {
        for first: UInt32 in [0x24B6, 0x24D0, 0x1F110, 0x249C]
        where (first..<first + 4).contains(scalar.value) {
            return Letter.allCases[Int(scalar.value - first)]
        }
        return nil
    }

    static let arrows = [
        "==>", "-->", "=>", "->", "→", "⇒", "⟹", "⟶", "➡", "➜", "➔", "∴", "👉",
    ]

    static func isBullet(_ scalar: Unicode.Scalar) -> Bool {
        ">-–—•·▪●◦+".unicodeScalars.contains(scalar)
    }

    static let turnTags: Set = [
        "s", "/s", "eos", "bos", "pad", "start_of_turn", "end_of_turn", "｜end▁of▁sentence｜",
        "end_of_utterance", "endoftext",
    ]

    /// Words of LaTeX that change the look alone.
    static let looks: Set = [
        "text", "textbf", "textit", "textrm", "textsf", "texttt", "mathrm", "mathbf", "mathsf",
        "mathit", "mathtt", "mathbb", "mathcal", "boldsymbol", "bm", "bf", "rm", "it", "emph",
        "underline", "left", "right", "big", "Big", "quad", "qquad", "displaystyle", "large",
        "Large", "hspace", "operatorname", "ensuremath", "mbox", "begin", "end",
    ]
}
