/// Methods of Python's `str`.
extension Renderer {
    func call(
        _ name: String, of letters: [Letter], like value: Value, _ arguments: Arguments
    ) throws -> Value {
        try spend(letters.count)
        func string(_ value: Value?) throws -> [Letter] {
            guard let text = value?.letters else {
                throw Problem("\(name.quoted) needs a string; \(value?.kind ?? "none") was given")
            }
            return text
        }
        func list(_ parts: [[Letter]]) throws -> Value {
            try items(.list, parts.map { try text($0, like: value) })
        }
        func limit(_ value: Value?) throws -> Int {
            guard let value else { return -1 }
            guard let limit = value.integer else { throw Problem("the count is \(value.kind)") }
            return limit
        }
        switch name {
        case "strip", "lstrip", "rstrip":
            let given = try arguments.bound("chars")[0]
            let set = given?.isNone ?? true ? nil : try string(given)
            let side: [Letter].Side = name == "strip" ? .both : name == "lstrip" ? .left : .right
            return try text(letters.stripped(side, of: set), like: value)
        case "split", "rsplit":
            let given = try arguments.bound("sep", "maxsplit")
            let limit = try limit(given[1])
            return try list(
                name == "split"
                    ? split(letters, at: given[0], limit: limit)
                    : splitFromRight(letters, at: given[0], limit: limit))
        case "splitlines":
            _ = try arguments.bound()
            return try list(letters.lines)
        case "replace":
            let given = try arguments.bound("old", "new", "count")
            let (old, new) = (try string(given[0]), try string(given[1]))
            let added = value.isMarkup && !(given[1]?.isMarkup ?? false) ? new.escapedForHTML : new
            return try text(
                replaced(letters, old, added, limit: limit(given[2])), like: value)
        case "join":
            let given = try arguments.bound("iterable")[0] ?? .none
            return try joined(elements(of: given).map { try string($0) }, by: letters)
        case "format": return try text(filled(letters, arguments), like: value)
        case "removeprefix", "removesuffix":
            let part = try string(arguments.bound("part")[0])
            if name == "removeprefix" {
                return try text(
                    letters.starts(with: part) ? Array(letters.dropFirst(part.count)) : letters,
                    like: value)
            }
            return try text(
                letters.ends(with: part) ? Array(letters.dropLast(part.count)) : letters,
                like: value)
        case "startswith", "endswith", "find", "rfind", "index", "count":
            return try find(name, in: letters, arguments)
        default: break
        }
        _ = try arguments.bound()
        try spend(letters.count * Bounds.stepCost)
        func all(_ holds: (Unicode.Scalar.Properties) -> Bool) -> Value {
            .boolean(!letters.isEmpty && letters.allSatisfy { holds($0.scalar.properties) })
        }
        func isLetter(_ properties: Unicode.Scalar.Properties) -> Bool {
            switch properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter,
                .otherLetter:
                true
            default: false
            }
        }
        switch name {
        case "upper": return try text(letters.uppercased, like: value)
        case "lower": return try text(letters.lowercased, like: value)
        case "capitalize": return try text(letters.capitalized, like: value)
        case "title": return try text(letters.titled, like: value)
        case "islower": return .boolean(try test("lower", value, Arguments()))
        case "isupper": return .boolean(try test("upper", value, Arguments()))
        case "isspace": return .boolean(!letters.isEmpty && letters.allSatisfy(\.isSpace))
        case "isalpha": return all(isLetter)
        default: return all { $0.numericType == .decimal || $0.numericType == .digit }
        }
    }

    private func find(
        _ name: String, in letters: [Letter], _ arguments: Arguments
    ) throws -> Value {
        let given = try arguments.bound("part", "start", "end")
        try spend(given[0]?.weight ?? 0)
        guard given[1] == nil, given[2] == nil else {
            throw Problem("\(name.quoted) with bounds is not supported; slice the string first")
        }
        var parts = [given[0]?.letters]
        if name.hasSuffix("with"), case .items(let items)? = given[0], items.kind == .tuple {
            parts = items.elements.map(\.letters)
        }
        let wanted = try parts.map { part in
            guard let part else { throw Problem("\(name.quoted) needs a string") }
            return part
        }
        switch name {
        case "startswith": return .boolean(wanted.contains { letters.starts(with: $0) })
        case "endswith": return .boolean(wanted.contains { letters.ends(with: $0) })
        case "count": return .integer(try places(of: wanted[0], in: letters).count)
        case "rfind":
            let turned = try firstPlace(of: wanted[0].reversed(), in: letters.reversed())
            return .integer(turned.map { letters.count - $0 - wanted[0].count } ?? -1)
        default:
            let place = try firstPlace(of: wanted[0], in: letters)
            if place == nil, name == "index" { throw Problem("the part is not in the string") }
            return .integer(place ?? -1)
        }
    }

    func joined(_ parts: [[Letter]], by separator: [Letter]) throws -> Value {
        try spend(parts.count * Bounds.stepCost)
        let between = separator.count.multipliedReportingOverflow(by: parts.count)
        try spend(between.overflow ? .max : between.partialValue)
        try spend(parts.reduce(0) { $0 + $1.count })
        return .text(Array(parts.joined(separator: separator)))
    }
}

extension [Letter] {
    func ends(with part: [Letter]) -> Bool {
        suffix(part.count).elementsEqual(part) && count >= part.count
    }
}
