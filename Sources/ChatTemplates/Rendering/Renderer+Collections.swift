/// The filters of lists.
extension Renderer {
    func collection(_ name: String, _ value: Value, _ arguments: Arguments) throws -> Value {
        switch name {
        case "list":
            _ = try arguments.bound()
            return try items(.list, elements(of: value))
        case "reverse":
            _ = try arguments.bound()
            if let letters = value.letters { return try text(letters.reversed(), like: value) }
            let turned = Array(try elements(of: value).reversed())
            if case .iterator = value { return try items(.list, turned) }
            return .iterator(try OneTime(turned))
        case "dictsort":
            let given = try arguments.bound("case_sensitive", "by", "reverse")
            guard case .dictionary(let table) = value else {
                throw Problem("the filter 'dictsort' needs a dictionary; \(value.kind) was given")
            }
            let by = given[1]?.letters?.string ?? "key"
            guard by == "key" || by == "value" else { throw Problem("'by' is no key or value") }
            var pairs = Array(table.pairs)
            try sort(&pairs, isReversed: given[2]?.isTrue ?? false) {
                try key(by == "key" ? $0.0 : $0.1, isCased: given[0])
            }
            return try items(.list, pairs.map { try items(.tuple, [$0.0, $0.1]) })
        case "sort":
            let given = try arguments.bound("reverse", "case_sensitive", "attribute")
            var elements = try elements(of: value)
            let names: [Value?] =
                given[2]?.letters?.split(separator: Letter(",")).map { .text(Array($0)) } ?? [
                    given[2]
                ]
            try sort(&elements, isReversed: given[0]?.isTrue ?? false) { element in
                try items(.list, names.map { try key(part($0, of: element), isCased: given[1]) })
            }
            return try items(.list, elements)
        case "unique":
            let given = try arguments.bound("case_sensitive", "attribute")
            var seen: Set<Value> = []
            return .iterator(
                try OneTime(
                    elements(of: value).filter { element in
                        let key = try key(part(given[1], of: element), isCased: given[0])
                        guard key.isHashable else { throw Problem("\(key.kind) is not told apart") }
                        try spend(key.weight)
                        return seen.insert(key).inserted
                    }))
        case "min", "max":
            let given = try arguments.bound("case_sensitive", "attribute")
            var best: (key: Value, element: Value)?
            for element in try elements(of: value) {
                let key = try key(part(given[1], of: element), isCased: given[0])
                if let best, try !compare(key, name == "min" ? "<" : ">", best.key) { continue }
                best = (key, element)
            }
            return best?.element ?? .undefined("no item is there")
        case "map": return try map(value, arguments)
        default: return try select(name, value, arguments)
        }
    }

    /// The sort key of an element: strings without regard to case, unless it `isCased`.
    private func key(_ value: Value, isCased: Value?) throws -> Value {
        guard let letters = value.letters, !(isCased?.isTrue ?? false) else { return value }
        try spend(letters.count * Bounds.stepCost)
        return .text(letters.lowercased)
    }

    /// Sorts by keys; equal elements keep their order.
    func sort<Element>(
        _ elements: inout [Element], isReversed: Bool = false, by key: (Element) throws -> Value
    ) throws {
        let keyed = try elements.map { (try key($0), $0) }
        elements = try keyed.sorted { left, right in
            try spend(Bounds.stepCost)
            return try isReversed
                ? compare(right.0, "<", left.0) : compare(left.0, "<", right.0)
        }.map(\.1)
    }

    /// An element's part by a path of names and numbers, such as `function.name`; without a path
    /// the element.
    func part(_ path: Value?, of value: Value, standard: Value? = nil) throws -> Value {
        guard let path, !path.isNone else { return value }
        guard let letters = path.letters else { return try element(path, of: value) }
        try spend(letters.count)
        var result = value
        for name in letters.split(separator: Letter("."), omittingEmptySubsequences: false) {
            let index = name.allSatisfy { "0"..."9" ~= $0.scalar } ? Int(Array(name).string) : nil
            result = try element(index.map(Value.integer) ?? .text(Array(name)), of: result)
            if let standard, result.isUndefined { result = standard }
        }
        return result
    }

    private func map(_ value: Value, _ arguments: Arguments) throws -> Value {
        guard value.isTrue else { return .iterator(try OneTime([])) }
        var rest = arguments
        if rest.positional.isEmpty {
            let given = try rest.bound("attribute", "default")
            guard let attribute = given[0] else {
                throw Problem("the filter 'map' needs a filter's name or an attribute")
            }
            return .iterator(
                try OneTime(
                    elements(of: value).map { element in
                        try spend(Bounds.stepCost)
                        return try part(
                            attribute, of: element,
                            standard: given[1].flatMap { $0.isNone ? nil : $0 })
                    }))
        }
        guard let name = rest.positional.removeFirst().letters?.string else {
            throw Problem("the filter 'map' needs a filter's name")
        }
        return .iterator(
            try OneTime(
                elements(of: value).map { element in
                    try nested { try filter(name, element, rest) }
                }))
    }

    private func select(_ name: String, _ value: Value, _ arguments: Arguments) throws -> Value {
        guard value.isTrue else { return .iterator(try OneTime([])) }
        var rest = arguments
        var path: Value?
        if name.hasSuffix("attr") {
            guard !rest.positional.isEmpty else {
                throw Problem("the filter \(name.quoted) needs an attribute")
            }
            path = rest.positional.removeFirst()
        }
        let test = rest.positional.isEmpty ? nil : rest.positional.removeFirst().letters?.string
        return .iterator(
            try OneTime(
                elements(of: value).filter { element in
                    try spend(Bounds.stepCost)
                    let part = try part(path, of: element)
                    let holds = try test.map { try self.test($0, part, rest) } ?? part.isTrue
                    return holds == name.hasPrefix("select")
                }))
    }
}
