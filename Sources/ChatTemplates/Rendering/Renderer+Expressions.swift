/// The arguments of a call.
struct Arguments {
    var positional: [Value] = []
    var named: [(name: String, value: Value)] = []

    /// The arguments by the names of parameters, in their order; nil for a missing one.
    func bound(_ names: String...) throws -> [Value?] {
        guard positional.count <= names.count else {
            throw Problem(
                "\(positional.count) arguments were given; at most \(names.count) are taken")
        }
        var values: [Value?] = positional
        values += Array(repeating: nil, count: names.count - positional.count)
        for (name, value) in named {
            guard let place = names.firstIndex(of: name), values[place] == nil else {
                throw Problem("the argument \(name.quoted) has no place")
            }
            values[place] = value
        }
        return values
    }
}

extension Renderer {
    func value(of expression: Expression) throws -> Value {
        try nested {
            switch expression {
            case .none: return .none
            case .boolean(let value): return .boolean(value)
            case .integer(let value): return .integer(value)
            case .float(let value): return .float(value)
            case .string(let letters): return .text(letters)
            case .name(let name):
                return frame[name] ?? Self.function(name)
                    ?? .undefined("\(name.quoted) is undefined")
            case .list(let elements): return try items(.list, elements.map { try value(of: $0) })
            case .tuple(let elements): return try items(.tuple, elements.map { try value(of: $0) })
            case .dictionary(let pairs):
                return try table(pairs.map { (try value(of: $0.key), try value(of: $0.value)) })
            case .arithmetic(let first, let rest, let line):
                var result = try value(of: first)
                for (symbol, operand) in rest {
                    let right = try value(of: operand)
                    self.line = line
                    result = try arithmetic(result, symbol, right)
                }
                return result
            case .comparison(let first, let rest, let line):
                var left = try value(of: first)
                for (symbol, operand) in rest {
                    let right = try value(of: operand)
                    self.line = line
                    guard try compare(left, symbol, right) else { return .boolean(false) }
                    left = right
                }
                return .boolean(true)
            case .any(let operands): return try first(of: operands) { $0.isTrue }
            case .all(let operands): return try first(of: operands) { !$0.isTrue }
            case .not(let operand): return .boolean(try !value(of: operand).isTrue)
            case .sign(let isMinus, let operand):
                return try signed(value(of: operand), isMinus: isMinus)
            case .choice(let condition, let chosen, let otherwise):
                if try value(of: condition).isTrue { return try value(of: chosen) }
                return try otherwise.map { try value(of: $0) }
                    ?? .undefined("the choice has no 'else', and its condition does not hold")
            case .steps(let start, let steps): return try value(value(of: start), after: steps)
            }
        }
    }

    /// The first operand that decides the result, or the last.
    private func first(of operands: [Expression], _ decides: (Value) -> Bool) throws -> Value {
        var result = Value.none
        for operand in operands {
            result = try value(of: operand)
            if decides(result) { break }
        }
        return result
    }

    func value(_ start: Value, after steps: [Step]) throws -> Value {
        var result = start
        for step in steps {
            try spend(Bounds.stepCost)
            line = step.line
            switch step.kind {
            case .attribute(let name): result = try attribute(name, of: result)
            case .element(let key):
                let key = try value(of: key)
                line = step.line
                result = try element(key, of: result)
            case .slice(let from, let to, let by):
                let bounds = try [from, to, by].map { try $0.map { try value(of: $0) } }
                line = step.line
                result = try slice(result, bounds)
            case .call(let passed):
                let arguments = try arguments(passed)
                line = step.line
                result = try call(result, arguments)
            case .filter(let name, let passed):
                let arguments = try arguments(passed)
                line = step.line
                result = try filter(name, result, arguments)
            case .test(let name, let passed, let isNegated):
                let arguments = try arguments(passed)
                line = step.line
                result = .boolean(try test(name, result, arguments) != isNegated)
            }
        }
        return result
    }

    func arguments(_ passed: Passed) throws -> Arguments {
        var arguments = Arguments(
            positional: try passed.positional.map { try value(of: $0) },
            named: try passed.named.map { ($0.name, try value(of: $0.value)) })
        if let more = passed.elements { arguments.positional += try elements(of: value(of: more)) }
        if let more = passed.fields {
            guard case .dictionary(let table) = try value(of: more) else {
                throw Problem("what stands behind '**' is no dictionary")
            }
            try spend(table.weight * Bounds.stepCost)
            for (key, value) in table.pairs {
                guard let name = key.letters?.string else { throw Problem("a name is no string") }
                arguments.named.append((name, value))
            }
        }
        var names: Set<String> = []
        for (name, _) in arguments.named where !names.insert(name).inserted {
            throw Problem("the argument \(name.quoted) was given twice")
        }
        return arguments
    }

    /// `value.name`: an attribute of Python's type takes precedence over a dictionary's entry.
    func attribute(_ name: String, of value: Value) throws -> Value {
        switch value {
        case .undefined(let missing): throw Problem(missing)
        case .namespace(let namespace): if let found = namespace[name] { return found }
        case .loop(let loop): if let found = try loop.attribute(name, in: self) { return found }
        default:
            if let method = method(name, of: value) { return method }
            if case .dictionary(let table) = value, let found = table[.text(name)] { return found }
        }
        return .undefined("\(value.kind) has no attribute \(name.quoted)")
    }

    /// `value[key]`: an entry takes precedence over an attribute.
    func element(_ key: Value, of value: Value) throws -> Value {
        if case .undefined(let missing) = value { throw Problem(missing) }
        try spend(key.weight)
        if case .dictionary(let table) = value, let found = table[key] { return found }
        if let index = key.integer {
            if let letters = value.letters, let place = Self.place(index, in: letters.count) {
                return .text([letters[place]])
            }
            if case .items(let items) = value, items.hasPlaces,
                let place = Self.place(index, in: items.elements.count)
            {
                return items.elements[place]
            }
        }
        if let name = key.letters { return try attribute(name.string, of: value) }
        return .undefined("\(value.kind) has no such element")
    }

    /// The position for an index that may count from the end.
    static func place(_ index: Int, in count: Int) -> Int? {
        let place = index < 0 ? index + count : index
        return 0..<count ~= place ? place : nil
    }

    /// `value[from:to:by]`.
    private func slice(_ value: Value, _ given: [Value?]) throws -> Value {
        let numbers = try given.map { bound -> Int? in
            guard let bound else { return nil }
            if case .none = bound { return nil }
            guard let number = bound.integer else {
                throw Problem("a slice's bound is \(bound.kind)")
            }
            return number
        }
        let step = numbers[2] ?? 1
        guard step != 0 else { throw Problem("a slice's step is 0") }
        func bounds(_ count: Int) -> (from: Int, to: Int) {
            let (lowest, highest) = step > 0 ? (0, count) : (-1, count - 1)
            func clamped(_ number: Int?, _ standard: Int) -> Int {
                guard let number else { return standard }
                return min(max(number < 0 ? number + count : number, lowest), highest)
            }
            return (
                clamped(numbers[0], step > 0 ? lowest : highest),
                clamped(numbers[1], step > 0 ? highest : lowest)
            )
        }
        func chosen<Element>(_ elements: [Element]) -> [Element] {
            let (from, to) = bounds(elements.count)
            return stride(from: from, to: to, by: step).map { elements[$0] }
        }
        if let letters = value.letters { return try text(chosen(letters), like: value) }
        guard case .items(let items) = value, items.hasPlaces else {
            if case .undefined(let missing) = value { throw Problem(missing) }
            throw Problem("\(value.kind) has no slices")
        }
        var kind = items.kind
        if case .range(let start, _, let by) = kind {
            let (from, to) = bounds(items.elements.count)
            let (stride, isTooLarge) = by.multipliedReportingOverflow(by: step)
            if isTooLarge { throw Problem("the step of a range is too large") }
            kind = .range(start: start + from * by, stop: start + to * by, step: stride)
        }
        return try self.items(kind, chosen(items.elements))
    }

    /// The elements that a loop iterates over.
    func elements(of value: Value) throws -> [Value] {
        switch value {
        case .items(let items):
            try spend(items.elements.count)
            return items.elements
        case .dictionary(let table):
            try spend(table.keys.count)
            return table.keys
        case .iterator(let iterator): return iterator.take()
        case .undefined: return []
        default:
            guard let letters = value.letters else {
                throw Problem("\(value.kind) has no elements")
            }
            try spend(letters.count * Bounds.stepCost)
            return letters.map { .text([$0]) }
        }
    }
}

extension Items {
    /// Whether elements can be accessed by index: a dictionary's views do not allow it.
    var hasPlaces: Bool {
        switch kind {
        case .keys, .values, .pairs: false
        default: true
        }
    }
}
