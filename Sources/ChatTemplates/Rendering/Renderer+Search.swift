/// Searches strings, and formats them.
extension Renderer {
    /// The first index of a part at or after `start`; nil where it does not occur.
    func firstPlace(
        of part: [Letter], in letters: [Letter], from start: Int = 0
    ) throws -> Int? {
        guard let first = part.first else { return start <= letters.count ? start : nil }
        var place = start
        while place + part.count <= letters.count {
            var end = place
            while letters[end] != first {
                end += 1
                if end + part.count > letters.count { break }
            }
            try spend(end - place + 1)
            place = end
            guard place + part.count <= letters.count else { return nil }
            var length = 1
            while length < part.count, letters[place + length] == part[length] { length += 1 }
            try spend(length)
            if length == part.count { return place }
            place += 1
        }
        return nil
    }

    /// The positions of a part that do not overlap, from the left; at most `limit` where it is not
    /// negative.
    func places(of part: [Letter], in letters: [Letter], limit: Int = -1) throws -> [Int] {
        var places: [Int] = []
        var start = 0
        while limit < 0 || places.count < limit,
            let place = try firstPlace(of: part, in: letters, from: start)
        {
            places.append(place)
            start = place + max(part.count, 1)
        }
        return places
    }

    func replaced(
        _ letters: [Letter], _ old: [Letter], _ new: [Letter], limit: Int
    ) throws -> [Letter] {
        let places = try places(of: old, in: letters, limit: limit)
        let (grown, isTooLarge) = places.count.multipliedReportingOverflow(by: new.count)
        try spend(isTooLarge ? .max : grown)
        try spend(letters.count)
        var result: [Letter] = []
        var end = 0
        for place in places {
            result += letters[end..<place] + new
            end = place + old.count
        }
        return result + letters[end...]
    }

    /// `str.split`: at a separator, or at runs of white space.
    func split(_ letters: [Letter], at separator: Value?, limit: Int) throws -> [[Letter]] {
        try spend(letters.count)
        guard let separator, !separator.isNone else {
            var parts: [[Letter]] = []
            var rest = letters.stripped(.left)[...]
            while let end = rest.firstIndex(where: \.isSpace) {
                if limit >= 0, parts.count == limit { break }
                parts.append(Array(rest[..<end]))
                rest = rest[end...].drop(while: \.isSpace)
            }
            if !rest.isEmpty {
                let isLast = limit >= 0 && parts.count == limit
                parts.append(isLast ? Array(rest) : Array(rest).stripped(.right))
            }
            return parts
        }
        guard let part = separator.letters, !part.isEmpty else {
            throw Problem("the separator is \(separator.letters == nil ? separator.kind : "empty")")
        }
        var parts: [[Letter]] = []
        var start = 0
        for place in try places(of: part, in: letters, limit: limit) {
            parts.append(Array(letters[start..<place]))
            start = place + part.count
        }
        return parts + [Array(letters[start...])]
    }

    /// `str.rsplit`: the same from the right.
    func splitFromRight(
        _ letters: [Letter], at separator: Value?, limit: Int
    ) throws -> [[Letter]] {
        let turned = separator?.letters.map { Value.text(Array($0.reversed())) } ?? separator
        return try split(letters.reversed(), at: turned, limit: limit).reversed().map {
            Array($0.reversed())
        }
    }

    /// `str.format` with `{}`, `{0}` and `{name}`.
    func filled(_ pattern: [Letter], _ arguments: Arguments) throws -> [Letter] {
        var result: [Letter] = []
        var count = 0
        var place = 0
        while place < pattern.count {
            let letter = pattern[place]
            place += 1
            guard letter == Letter("{") || letter == Letter("}") else {
                result.append(letter)
                continue
            }
            if place < pattern.count, pattern[place] == letter {
                result.append(letter)
                place += 1
                continue
            }
            guard letter == Letter("{"), let end = pattern[place...].firstIndex(of: Letter("}"))
            else { throw Problem("a format has a single '\(letter.scalar)'") }
            let field = Array(pattern[place..<end]).string
            guard field.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) else {
                throw Problem(
                    "the field \("{\(field)}".quoted) is not supported; '{}', '{0}' and "
                        + "'{name}' are")
            }
            place = end + 1
            let index = field.isEmpty ? count : Int(field)
            if field.isEmpty { count += 1 }
            let value =
                index.map { $0 < arguments.positional.count ? arguments.positional[$0] : nil }
                ?? arguments.named.first { $0.name == field }?.value
            guard let value else { throw Problem("a format's field {\(field)} was given no value") }
            result += try text(of: value)
            try spend(result.count)
        }
        return result
    }
}

extension Value {
    var isNone: Bool { if case .none = self { true } else { false } }
}
