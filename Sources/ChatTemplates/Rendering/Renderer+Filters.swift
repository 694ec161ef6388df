import Foundation

/// The filters after `|`.
extension Renderer {
    func filter(_ name: String, _ value: Value, _ arguments: Arguments) throws -> Value {
        switch name {
        case "abs", "float", "int", "round", "sum": return try number(name, value, arguments)
        case "capitalize", "e", "escape", "indent", "lower", "replace", "safe",
            "string", "title", "trim", "upper":
            return try text(name, value, arguments)
        case "dictsort", "list", "map", "max", "min", "reject", "rejectattr", "reverse",
            "select", "selectattr", "sort", "unique":
            return try collection(name, value, arguments)
        case "tojson": return try json(value, arguments)
        case "default", "d":
            let given = try arguments.bound("default_value", "boolean")
            let isReplaced = value.isUndefined || given[1]?.isTrue ?? false && !value.isTrue
            return isReplaced ? given[0] ?? .text([]) : value
        case "length", "count":
            _ = try arguments.bound()
            return .integer(try length(of: value))
        case "first": return try elements(of: value).first ?? .undefined("no first item is there")
        case "last":
            if case .iterator = value {
                throw Problem("a generator has no last item; 'list' makes one")
            }
            return try elements(of: value).last ?? .undefined("no last item is there")
        case "items":
            if value.isUndefined { return .iterator(try OneTime([])) }
            guard case .dictionary(let table) = value else {
                throw Problem("\(value.kind) has no items; a dictionary is needed")
            }
            return .iterator(try OneTime(table.pairs.map { try items(.tuple, [$0, $1]) }))
        case "join":
            let given = try arguments.bound("d", "attribute")
            let elements = try elements(of: value).map { element in
                try text(of: part(given[1], of: element))
            }
            return try joined(elements, by: given[0].map { try text(of: $0) } ?? [])
        default: throw Problem("no filter is named \(name.quoted)")
        }
    }

    private func length(of value: Value) throws -> Int {
        switch value {
        case .text(let letters), .markup(let letters): return letters.count
        case .items(let items): return items.elements.count
        case .dictionary(let table): return table.keys.count
        case .undefined: return 0
        case .loop(let loop): return try loop.attribute("length", in: self)?.integer ?? 0
        default: throw Problem("\(value.kind) has no length")
        }
    }

    // MARK: Numbers

    private func number(_ name: String, _ value: Value, _ arguments: Arguments) throws -> Value {
        if case .undefined(let missing) = value, name != "sum" { throw Problem(missing) }
        try spend(value.weight * Bounds.stepCost)
        switch name {
        case "abs":
            _ = try arguments.bound()
            return try compare(value, "<", .integer(0))
                ? signed(value, isMinus: true)
                : signed(value, isMinus: false)
        case "float":
            let standard = try arguments.bound("default")[0] ?? .float(0)
            return (value.number ?? value.letters.flatMap(Self.real)).map(Value.float) ?? standard
        case "int":
            let standard = try arguments.bound("default")[0]
            if let whole = value.integer { return .integer(whole) }
            if let letters = value.letters, let whole = Int(letters.stripped(.both).string) {
                return .integer(whole)
            }
            let real = value.number ?? value.letters.flatMap(Self.real)
            guard let real, real.isFinite else { return standard ?? .integer(0) }
            guard let whole = Int(exactly: real.rounded(.towardZero)) else {
                throw Problem("an integer leaves the range of 64 bits")
            }
            return .integer(whole)
        case "sum":
            let given = try arguments.bound("attribute", "start")
            let start = given[1] ?? .integer(0)
            if start.letters != nil { throw Problem("strings have no sum; 'join' joins them") }
            return try elements(of: value).reduce(start) { sum, element in
                try arithmetic(sum, "+", part(given[0], of: element))
            }
        default: return try rounded(value, arguments)
        }
    }

    /// Python's `float` of a string; nil where it is no number.
    private static func real(_ letters: [Letter]) -> Double? {
        let text = letters.stripped(.both).string.lowercased()
        let unsigned = text.drop { $0 == "-" || $0 == "+" }
        if text.utf8.count - unsigned.utf8.count > 1 { return nil }
        let sign = text.first == "-" ? -1.0 : 1.0
        switch unsigned {
        case "inf", "infinity": return sign * .infinity
        case "nan": return .nan
        default:
            guard unsigned.allSatisfy({ "0123456789.e+-".contains($0) }) else { return nil }
            // "5." and "5.e3" are numbers in Python, but not in Swift.
            let whole = unsigned + (unsigned.last == "." ? "0" : "")
            return Double(whole.replacing(".e", with: ".0e")).map { sign * $0 }
        }
    }

    private func rounded(_ value: Value, _ arguments: Arguments) throws -> Value {
        let given = try arguments.bound("precision", "method")
        let method = given[1]?.letters?.string ?? "common"
        guard let number = value.number, let precision = given[0].map(\.integer) ?? 0,
            -300...300 ~= precision
        else { throw Problem("the filter 'round' needs a number and a precision") }
        switch method {
        case "common":
            if let whole = value.integer {
                guard precision < 0 else { return .integer(whole) }
                throw Problem("an integer cannot be rounded to a negative precision")
            }
            if precision < 0 {
                let unit = pow(10, Double(-precision))
                return .float((number / unit).rounded(.toNearestOrEven) * unit)
            }
            guard number.isFinite else { return value }
            try spend(100 * Bounds.stepCost)
            return .float(Double(String(format: "%.*f", precision, number)) ?? number)
        case "ceil", "floor":
            let unit = pow(10, Double(precision))
            let scaled = number * unit
            guard scaled.isFinite else { throw Problem("the number cannot be rounded") }
            return .float(scaled.rounded(method == "ceil" ? .up : .down) / unit)
        default: throw Problem("the method of 'round' is none of 'common', 'ceil' and 'floor'")
        }
    }

    // MARK: Strings

    private func text(_ name: String, _ value: Value, _ arguments: Arguments) throws -> Value {
        let letters = try text(of: value)
        switch name {
        case "replace":
            let given = try arguments.bound("old", "new", "count")
            guard let old = given[0], let new = given[1] else {
                throw Problem("the filter 'replace' needs two strings")
            }
            let limit = given[2].map { $0.isNone ? -1 : $0.integer } ?? -1
            guard let limit else { throw Problem("the count of 'replace' is no integer") }
            return .text(try replaced(letters, text(of: old), text(of: new), limit: limit))
        case "indent": return try indented(value, arguments)
        case "trim":
            let given = try arguments.bound("chars")
            return try call(
                "strip", of: letters, like: value, Arguments(positional: given.compactMap { $0 }))
        default: _ = try arguments.bound()
        }
        switch name {
        case "safe": return .markup(letters)
        case "e", "escape":
            if value.isMarkup { return value }
            try spend(letters.count * Bounds.stepCost)
            return .markup(letters.escapedForHTML)
        case "string": return try text(letters, like: value)
        case "title":
            try spend(letters.count * Bounds.stepCost)
            return try text(letters.wordsCapitalized, like: value)
        default: return try call(name, of: letters, like: value, Arguments())
        }
    }

    private func indented(_ value: Value, _ arguments: Arguments) throws -> Value {
        let given = try arguments.bound("width", "first", "blank")
        guard let letters = value.letters else {
            throw Problem("the filter 'indent' needs a string; \(value.kind) was given")
        }
        let width = given[0] ?? .integer(4)
        var indentation = width.letters ?? []
        if width.letters == nil {
            guard let count = width.integer else { throw Problem("the width is \(width.kind)") }
            try spend(max(count, 0))
            indentation = Array(repeating: Letter(" "), count: max(count, 0))
        }
        let isBlankToo = given[2]?.isTrue ?? false
        let lines = (letters + [Letter("\n")]).lines
        let (size, isTooLarge) = indentation.count.multipliedReportingOverflow(by: lines.count)
        try spend(isTooLarge ? .max : size)
        let all = lines.enumerated().map { index, line in
            index > 0 && (isBlankToo || !line.isEmpty) ? indentation + line : line
        }
        let start = given[1]?.isTrue ?? false ? indentation : []
        return try text(start + all.joined(separator: [Letter("\n")]), like: value)
    }
}
