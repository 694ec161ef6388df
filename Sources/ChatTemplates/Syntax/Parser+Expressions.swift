/// Parses expressions, by Jinja's precedence of operators.
extension Parser {
    /// An expression, or several with commas between them.
    ///
    /// - Parameter withChoice: whether `a if b else c` is allowed there without brackets.
    mutating func tuple(
        withChoice: Bool = true, isInBrackets: Bool = false
    ) throws -> Expression {
        var elements: [Expression] = []
        var isTuple = false
        while !endsTuple {
            elements.append(try expression(withChoice: withChoice))
            guard skip(symbol: ",") else { break }
            isTuple = true
        }
        if isTuple || elements.isEmpty && isInBrackets { return .tuple(elements) }
        guard let only = elements.first else { throw unexpected("an expression") }
        return only
    }

    var endsTuple: Bool {
        switch token.kind {
        case .variableEnd, .blockEnd, .symbol(")"): true
        default: false
        }
    }

    mutating func expression(withChoice: Bool = true) throws -> Expression {
        try nested { parser in
            var value = try parser.any()
            guard withChoice else { return value }
            var count = 0
            while parser.skip(word: "if") {
                count += 1
                // Each is nested in the next.
                guard count < Bounds.nesting else {
                    throw parser.failure("too many choices by 'if' stand in a row")
                }
                let condition = try parser.any()
                let otherwise = parser.skip(word: "else") ? try parser.expression() : nil
                value = .choice(condition: condition, value, otherwise: otherwise)
            }
            return value
        }
    }

    private mutating func any() throws -> Expression {
        var operands = [try all()]
        while skip(word: "or") { operands.append(try all()) }
        return operands.count == 1 ? operands[0] : .any(operands)
    }

    private mutating func all() throws -> Expression {
        var operands = [try negation()]
        while skip(word: "and") { operands.append(try negation()) }
        return operands.count == 1 ? operands[0] : .all(operands)
    }

    private mutating func negation() throws -> Expression {
        guard skip(word: "not") else { return try comparison() }
        return .not(try nested { try $0.negation() })
    }

    private mutating func comparison() throws -> Expression {
        let line = token.line
        let first = try arithmetic(0)
        var rest: [(symbol: String, operand: Expression)] = []
        while true {
            if case .symbol(let symbol) = token.kind,
                ["==", "!=", "<", "<=", ">", ">="].contains(symbol)
            {
                next()
                rest.append((symbol, try arithmetic(0)))
            } else if skip(word: "in") {
                rest.append(("in", try arithmetic(0)))
            } else if token.kind == .name("not"), following == .name("in") {
                next()
                next()
                rest.append(("not in", try arithmetic(0)))
            } else {
                return rest.isEmpty ? first : .comparison(first, rest, line: line)
            }
        }
    }

    private static let ranks = [["+", "-"], ["~"], ["*", "/", "//", "%"], ["**"]]

    private mutating func arithmetic(_ rank: Int) throws -> Expression {
        guard rank < Self.ranks.count else { return try signed(withFilters: true) }
        let line = token.line
        let first = try arithmetic(rank + 1)
        var rest: [(symbol: String, operand: Expression)] = []
        while case .symbol(let symbol) = token.kind, Self.ranks[rank].contains(symbol) {
            next()
            rest.append((symbol, try arithmetic(rank + 1)))
        }
        return rest.isEmpty ? first : .arithmetic(first, rest, line: line)
    }

    private mutating func signed(withFilters: Bool) throws -> Expression {
        let value: Expression
        if token.kind == .symbol("-") || token.kind == .symbol("+") {
            let isMinus = token.kind == .symbol("-")
            next()
            value = .sign(
                isMinus: isMinus, try nested { try $0.signed(withFilters: false) })
        } else {
            value = try primary()
        }
        let steps = try steps(withFilters: withFilters)
        return steps.isEmpty ? value : .steps(value, steps)
    }

    private mutating func primary() throws -> Expression {
        let kind = token.kind
        switch kind {
        case .name(let name):
            next()
            switch name {
            case "true", "True": return .boolean(true)
            case "false", "False": return .boolean(false)
            case "none", "None": return .none
            default:
                names.insert(name)
                return .name(name)
            }
        case .string(var letters):
            next()
            while case .string(let more) = token.kind {
                letters += more
                next()
            }
            return .string(letters)
        case .integer(let value):
            next()
            return .integer(value)
        case .float(let value):
            next()
            return .float(value)
        case .symbol("("):
            next()
            let value = try tuple(isInBrackets: true)
            try expect(symbol: ")")
            return value
        case .symbol("["):
            next()
            return .list(try elements(until: "]") { try $0.expression() })
        case .symbol("{"):
            next()
            return .dictionary(
                try elements(until: "}") { parser in
                    let key = try parser.expression()
                    try parser.expect(symbol: ":")
                    return (key, try parser.expression())
                })
        default: throw unexpected("an expression")
        }
    }

    /// Elements with commas between them, and perhaps one after the last; the bracket is consumed.
    private mutating func elements<Element>(
        until close: String, _ read: (inout Parser) throws -> Element
    ) throws -> [Element] {
        var elements: [Element] = []
        while !skip(symbol: close) {
            if !elements.isEmpty {
                try expect(symbol: ",")
                if skip(symbol: close) { break }
            }
            elements.append(try read(&self))
        }
        return elements
    }

    /// What follows a value: attributes, elements and calls, then filters and tests.
    private mutating func steps(withFilters: Bool) throws -> [Step] {
        var steps: [Step] = []
        var isFiltered = false
        while true {
            let line = token.line
            switch token.kind {
            case .symbol(".") where !isFiltered:
                next()
                if case .integer(let index) = token.kind {
                    next()
                    steps.append(Step(kind: .element(.integer(index)), line: line))
                } else {
                    steps.append(Step(kind: .attribute(try name()), line: line))
                }
            case .symbol("[") where !isFiltered:
                next()
                steps.append(Step(kind: try subscripted(), line: line))
            case .symbol("("):
                steps.append(Step(kind: .call(try passed()), line: line))
            case .symbol("|") where withFilters:
                isFiltered = true
                steps += try filters()
            case .name("is") where withFilters:
                isFiltered = true
                next()
                steps.append(Step(kind: try test(), line: line))
            default: return steps
            }
        }
    }

    private mutating func subscripted() throws -> Step.Kind {
        var parts: [Expression?] = []
        let first = token.kind == .symbol(":") ? nil : try expression()
        parts.append(first)
        while parts.count < 3, skip(symbol: ":") {
            let isLeftOut = token.kind == .symbol("]") || token.kind == .symbol(":")
            parts.append(isLeftOut ? nil : try expression())
        }
        if parts.count == 1, let first {
            guard skip(symbol: ",") else {
                try expect(symbol: "]")
                return .element(first)
            }
            return .element(.tuple([first] + (try elements(until: "]") { try $0.expression() })))
        }
        try expect(symbol: "]")
        return .slice(from: parts[0], to: parts[1], by: parts.count == 3 ? parts[2] : nil)
    }

    /// Filters, each after a bar.
    mutating func filters() throws -> [Step] {
        var filters: [Step] = []
        while skip(symbol: "|") {
            let line = token.line
            let name = try name()
            let passed = token.kind == .symbol("(") ? try passed() : Passed()
            filters.append(Step(kind: .filter(name, passed), line: line))
        }
        return filters
    }

    private mutating func test() throws -> Step.Kind {
        let isNegated = skip(word: "not")
        let name = try name()
        if token.kind == .symbol("(") {
            return .test(name, try passed(), isNegated: isNegated)
        }
        var passed = Passed()
        switch token.kind {
        case .name("else"), .name("or"), .name("and"): break
        case .name("is"): throw failure("a test follows a test; brackets are needed")
        case .name, .string, .integer, .float, .symbol("["), .symbol("{"):
            let value = try nested { try $0.primary() }
            let steps = try steps(withFilters: false)
            passed.positional = [steps.isEmpty ? value : .steps(value, steps)]
        default: break
        }
        return .test(name, passed, isNegated: isNegated)
    }

    private mutating func passed() throws -> Passed {
        let line = token.line
        var passed = Passed()
        let disorder = failure("the arguments are out of order", at: line)
        func ensure(_ isRight: Bool) throws { if !isRight { throw disorder } }
        try expect(symbol: "(")
        _ = try elements(until: ")") { parser in
            if parser.skip(symbol: "*") {
                try ensure(passed.elements == nil && passed.fields == nil)
                passed.elements = try parser.expression()
            } else if parser.skip(symbol: "**") {
                try ensure(passed.fields == nil)
                passed.fields = try parser.expression()
            } else if case .name(let name) = parser.token.kind, parser.following == .symbol("=") {
                try ensure(passed.fields == nil)
                parser.next()
                parser.next()
                passed.named.append((name, try parser.expression()))
            } else {
                try ensure(
                    passed.elements == nil && passed.fields == nil && passed.named.isEmpty)
                passed.positional.append(try parser.expression())
            }
        }
        return passed
    }
}
