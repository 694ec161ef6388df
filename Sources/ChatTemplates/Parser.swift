/// Parses a template into statements, by Jinja's grammar and precedence of operators.
final class Parser: Scanner {
    private var nesting = 0
    /// The loops around the current position, in the innermost macro.
    private var loops = 0
    /// Names that were used since the innermost macro began.
    private var names: Set<String> = []

    func statements() throws -> [Statement] {
        guard source.count <= Bounds.template else {
            throw Problem(
                "the template has \(source.count) characters; at most \(Bounds.template) are read")
        }
        return try body(until: []).body
    }

    /// Parses a construct that may nest.
    private func nested<Result>(_ read: () throws -> Result) throws -> Result {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Bounds.nesting else {
            throw Problem("brackets and blocks nest more than \(Bounds.nesting) deep")
        }
        return try read()
    }

    /// Elements with commas between them, and perhaps one after the last; the bracket is consumed.
    private func elements<Element>(
        until close: String, _ read: () throws -> Element
    ) throws -> [Element] {
        var elements: [Element] = []
        while !skip(close) {
            if !elements.isEmpty {
                try expect(",")
                if skip(close) { break }
            }
            elements.append(try read())
        }
        return elements
    }

    // MARK: Statements

    /// Statements up to a tag of one of the names, which is consumed; with no name up to the end.
    private func body(until ends: [String]) throws -> (body: [Statement], end: String) {
        try nested {
            var body: [Statement] = []
            while true {
                let (text, tag) = try textAndTag()
                if !text.isEmpty { body.append(.data(text)) }
                if tag == nil, ends.isEmpty { return (body, "") }
                guard let tag else {
                    throw unexpected(ends.map { "'{% \($0) %}'" }.joined(separator: " or "))
                }
                if tag == "{%", let word, ends.contains(word) { return (body, try name()) }
                body.append(try tag == "{{" ? .output(tuple()) : statement())
                try expectEnd(tag == "{{" ? "}}" : "%}")
            }
        }
    }

    /// The statements after a tag's words, up to a tag with one of the names, which is consumed.
    private func block(until ends: String...) throws -> (body: [Statement], end: String) {
        _ = skip(":")
        try expectEnd("%}")
        return try body(until: ends)
    }

    private static let tags = [
        "set", "for", "if", "macro", "call", "filter", "raw", "generation", "break", "continue",
    ]

    private func statement() throws -> Statement {
        guard let tag = word else { throw unexpected("the name of a tag") }
        guard Self.tags.contains(tag) else {
            throw Problem(
                "\(tag.quoted) is none of the tags \(Self.tags.joined(separator: ", "))")
        }
        if tag == "break" || tag == "continue", loops == 0 {
            throw Problem("'\(tag)' stands outside a loop")
        }
        _ = skip(word: tag)
        switch tag {
        case "set":
            let target = try target(withAttributes: true)
            if skip("=") { return .set(target, try tuple()) }
            return .setBlock(target, try filters(), try block(until: "endset").body)
        case "for": return try loop()
        case "if":
            var branches: [(condition: Expression, body: [Statement])] = []
            while true {
                let condition = try tuple(withChoice: false)
                let (body, end) = try block(until: "elif", "else", "endif")
                branches.append((condition, body))
                if end == "elif" { continue }
                let otherwise = end == "else" ? try block(until: "endif").body : []
                return .branch(branches, otherwise: otherwise)
            }
        case "macro":
            let name = try name()
            return .macro(try macro(name, parameters(), until: "endmacro"))
        case "call":
            let parameters = next == "(" ? try parameters() : []
            let line = line
            guard case .steps(let value, var steps) = try signed(withFilters: false),
                case .call(let arguments)? = steps.popLast()
            else { throw Problem("'call' needs a call of a macro") }
            // No template can write this name.
            let caller = try macro("caller ", parameters, until: "endcall")
            steps.append(.call(arguments + [.named("caller", .name(caller.name))]))
            return .call(caller, .located(.steps(value, steps), line: line))
        case "filter":
            let filter = Step.filter(try name(), next == "(" ? try arguments() : [])
            return .setBlock(nil, try [filter] + filters(), try block(until: "endfilter").body)
        case "raw": return .data(try rawText())
        case "generation": return .generation(try block(until: "endgeneration").body)
        case "break": return .break
        default: return .continue
        }
    }

    private func macro(
        _ name: String, _ parameters: [(name: String, standard: Expression?)], until end: String
    ) throws -> Macro {
        // A loop around the macro is none around its body.
        let outside = (loops: loops, names: names)
        (loops, names) = (0, [])
        let body = try block(until: end).body
        defer { (loops, names) = (outside.loops, names.union(outside.names)) }
        return Macro(name: name, parameters: parameters, body: body, names: names)
    }

    private func loop() throws -> Statement {
        let target = try target()
        guard skip(word: "in") else { throw unexpected("'in'") }
        let source = try tuple(withChoice: false)
        let condition = skip(word: "if") ? try tuple() : nil
        if word == "recursive" { throw Problem("a recursive loop is not supported") }
        loops += 1
        let (body, end) = try block(until: "else", "endfor")
        loops -= 1
        let otherwise = end == "else" ? try block(until: "endfor").body : []
        return .loop(target, in: source, where: condition, body, otherwise: otherwise)
    }

    private func parameters() throws -> [(name: String, standard: Expression?)] {
        var isOptional = false
        try expect("(")
        return try elements(until: ")") {
            let name = try assignable()
            let standard = skip("=") ? try expression() : nil
            if isOptional, standard == nil {
                throw Problem("a parameter without a default follows one that has one")
            }
            isOptional = standard != nil
            return (name, standard)
        }
    }

    private func assignable() throws -> String {
        let name = try name()
        if ["true", "false", "none", "True", "False", "None", "loop"].contains(name) {
            throw Problem("nothing can be assigned to \(name.quoted)")
        }
        return name
    }

    private func target(withAttributes: Bool = false) throws -> Target {
        var targets: [Target] = []
        repeat {
            // After a comma at the end.
            if !targets.isEmpty, isAtTagEnd || next == ")" { return .tuple(targets) }
            if skip("(") {
                targets.append(try nested { try target() })
                try expect(")")
            } else {
                let name = try assignable()
                let hasAttribute = withAttributes && skip(".")
                targets.append(hasAttribute ? .attribute(of: name, try self.name()) : .name(name))
            }
        } while skip(",")
        return targets.count == 1 ? targets[0] : .tuple(targets)
    }

    // MARK: Expressions

    /// An expression, or several with commas between them.
    ///
    /// - Parameter withChoice: whether `a if b else c` is allowed there without brackets.
    private func tuple(withChoice: Bool = true, isInBrackets: Bool = false) throws -> Expression {
        let line = line
        var elements: [Expression] = []
        var isTuple = isInBrackets
        while !isAtTagEnd, next != ")" {
            elements.append(try expression(withChoice: withChoice))
            isTuple = skip(",")
            if !isTuple { break }
        }
        if !isTuple, elements.isEmpty { throw unexpected("an expression") }
        let whole = isTuple || elements.count > 1 ? Expression.tuple(elements) : elements[0]
        return isInBrackets ? whole : .located(whole, line: line)
    }

    private func expression(withChoice: Bool = true) throws -> Expression {
        try nested { try withChoice ? choice(chain(0)) : chain(0) }
    }

    /// A value, or what comes of it by a condition behind it.
    private func choice(_ value: Expression) throws -> Expression {
        guard skip(word: "if") else { return value }
        let condition = try chain(0)
        let otherwise = skip(word: "else") ? try expression() : nil
        return try nested {
            try choice(.choice(value, condition: condition, otherwise: otherwise))
        }
    }

    /// Operators of a rank, with operands of higher ranks.
    private func chain(_ rank: Int) throws -> Expression {
        guard rank < Operator.ranks.count else { return try signed(withFilters: true) }
        if rank == Operator.comparisons, skip(word: "not") {
            return .not(try nested { try chain(rank) })
        }
        let first = try chain(rank + 1)
        var rest: [(Operator, Expression)] = []
        while let symbol = Operator.ranks[rank].first(where: skip) {
            rest.append((symbol, try chain(rank + 1)))
        }
        return rest.isEmpty ? first : .chain(first, rest)
    }

    private func skip(_ symbol: Operator) -> Bool {
        switch symbol {
        case .or, .and, .isIn: skip(word: symbol.rawValue)
        case .isNotIn:
            next == "n" && attempt { skip(word: "not") && skip(word: "in") ? true : nil } != nil
        case .plus, .minus, .modulo: begins(symbol.rawValue) && !isAtTagEnd && skip(symbol.rawValue)
        default: skip(symbol.rawValue)
        }
    }

    private func signed(withFilters: Bool) throws -> Expression {
        let sign = [Operator.plus, .minus].first(where: skip)
        let value =
            try sign.map { .sign($0, try nested { try signed(withFilters: false) }) } ?? primary()
        let steps = try steps(withFilters: withFilters)
        return steps.isEmpty ? value : .steps(value, steps)
    }

    private func primary() throws -> Expression {
        if let word {
            move(to: position + word.unicodeScalars.count, skipsSpace: true)
            switch word {
            case "true", "True": return .boolean(true)
            case "false", "False": return .boolean(false)
            case "none", "None": return .none
            default: names.insert(word)
            }
            return .name(word)
        }
        if let next, next.isDigit { return try number() }
        if skip("(") {
            let value = try tuple(isInBrackets: true)
            try expect(")")
            return value
        }
        if skip("[") { return .list(try elements(until: "]") { try expression() }) }
        if skip("{") {
            return .dictionary(
                try elements(until: "}") {
                    let key = try expression()
                    try expect(":")
                    return (key, try expression())
                })
        }
        var letters: [Letter]?
        while next == "'" || next == "\"" { letters = try (letters ?? []) + string() }
        guard let letters else { throw unexpected("an expression") }
        return .string(letters)
    }

    /// What follows a value: attributes, elements and calls, then filters and tests.
    private func steps(withFilters: Bool) throws -> [Step] {
        var steps: [Step] = []
        var isFiltered = false
        while true {
            if !isFiltered, skip(".") {
                let isIndex = next?.isDigit ?? false
                steps.append(try isIndex ? .element(number(isIndex: true)) : .attribute(name()))
            } else if !isFiltered, skip("[") {
                steps.append(try subscripted())
            } else if next == "(" {
                steps.append(.call(try arguments()))
            } else if withFilters, next == "|" {
                isFiltered = true
                steps += try filters()
            } else if withFilters, skip(word: "is") {
                isFiltered = true
                steps.append(try test())
            } else {
                return steps
            }
        }
    }

    private func subscripted() throws -> Step {
        var parts = [next == ":" ? nil : try expression()]
        if let first = parts[0], skip(",") {
            return .element(.tuple([first] + (try elements(until: "]") { try expression() })))
        }
        while parts.count < 3, skip(":") {
            parts.append(next == ":" || next == "]" ? nil : try expression())
        }
        try expect("]")
        if parts.count == 1, let only = parts[0] { return .element(only) }
        return .slice(parts)
    }

    /// Filters, each after a bar.
    private func filters() throws -> [Step] {
        var filters: [Step] = []
        while skip("|") { filters.append(.filter(try name(), next == "(" ? try arguments() : [])) }
        return filters
    }

    private func test() throws -> Step {
        let isNegated = skip(word: "not")
        let name = try name()
        if next == "(" { return .test(name, try arguments(), isNegated: isNegated) }
        if word == "is" { throw Problem("a test follows a test; brackets are needed") }
        let isWord = word.map { !["else", "or", "and"].contains($0) } ?? false
        let begins = next.map { $0.isDigit || ["'", "\"", "[", "{"].contains($0) } ?? false
        guard isWord || begins else { return .test(name, [], isNegated: isNegated) }
        let value = try nested { try primary() }
        let argument = Expression.steps(value, try steps(withFilters: false))
        return .test(name, [.positional(argument)], isNegated: isNegated)
    }

    private func arguments() throws -> [Argument] {
        // Positional arguments come first; what `**` gives comes last.
        var rank = 0
        func ordered(_ next: Int, _ argument: Argument) throws -> Argument {
            guard next >= rank else { throw Problem("the arguments are out of order") }
            rank = next
            return argument
        }
        try expect("(")
        return try elements(until: ")") {
            if skip("**") { return try ordered(2, .fields(expression())) }
            if skip("*") { return try ordered(1, .elements(expression())) }
            let name = attempt { () -> String? in
                guard let name = try? self.name(), next == "=", !begins("==") else { return nil }
                return skip("=") ? name : nil
            }
            if let name { return try ordered(1, .named(name, expression())) }
            return try ordered(0, .positional(expression()))
        }
    }
}
