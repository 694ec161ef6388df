/// Parses the statements of a template.
struct Parser {
    private let tokens: [Token]
    private var place = 0
    private var nesting = 0
    /// The loops around the current position, in the innermost function.
    private var loops = 0
    /// Names that were used since the innermost macro began.
    var names: Set<String> = []

    static func statements(of template: String) throws -> [Located] {
        var parser = Parser(tokens: try Lexer.tokens(of: template))
        return try parser.body(until: [])
    }

    private init(tokens: [Token]) { self.tokens = tokens }

    // MARK: Tokens

    var token: Token { tokens[place] }
    var following: Token.Kind { tokens[min(place + 1, tokens.count - 1)].kind }

    func failure(_ problem: String, at line: Int? = nil) -> TemplateError {
        TemplateError(line: line ?? token.line, problem: problem, isRaised: false)
    }

    func unexpected(_ needed: String) -> TemplateError {
        failure("\(token.shown) stands where \(needed) is needed")
    }

    mutating func next() { place = min(place + 1, tokens.count - 1) }

    mutating func skip(_ kind: Token.Kind) -> Bool {
        guard token.kind == kind else { return false }
        next()
        return true
    }

    mutating func skip(symbol: String) -> Bool { skip(.symbol(symbol)) }
    mutating func skip(word: String) -> Bool { skip(.name(word)) }

    mutating func expect(_ kind: Token.Kind) throws {
        guard skip(kind) else { throw unexpected(Token(kind: kind, line: 0).shown) }
    }

    mutating func expect(symbol: String) throws { try expect(.symbol(symbol)) }

    mutating func name() throws -> String {
        guard case .name(let name) = token.kind else { throw unexpected("a name") }
        next()
        return name
    }

    /// Parses a construct that may nest.
    mutating func nested<Result>(_ read: (inout Parser) throws -> Result) throws -> Result {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Bounds.nesting else {
            throw failure("brackets and blocks nest more than \(Bounds.nesting) deep")
        }
        return try read(&self)
    }

    // MARK: Statements

    /// Statements up to a tag of one of the names, which is not consumed; with no name up to the
    /// end.
    private mutating func body(until ends: Set<String>) throws -> [Located] {
        try nested { parser in
            var body: [Located] = []
            while true {
                let line = parser.token.line
                switch parser.token.kind {
                case .data(let letters):
                    parser.next()
                    body.append(Located(line: line, statement: .data(letters)))
                case .variableBegin:
                    parser.next()
                    let output = Statement.output(try parser.tuple())
                    try parser.expect(.variableEnd)
                    body.append(Located(line: line, statement: output))
                case .blockBegin:
                    parser.next()
                    if case .name(let name) = parser.token.kind, ends.contains(name) {
                        return body
                    }
                    let statement = try parser.statement()
                    try parser.expect(.blockEnd)
                    body.append(Located(line: line, statement: statement))
                default:
                    guard parser.token.kind == .end, ends.isEmpty else {
                        let needed = ends.sorted().map { "'{% \($0) %}'" }
                        throw parser.unexpected(
                            ends.isEmpty ? "a tag" : needed.joined(separator: " or "))
                    }
                    return body
                }
            }
        }
    }

    /// The statements after a tag's words, up to a tag with one of the names; that name is
    /// consumed.
    private mutating func block(until ends: Set<String>) throws -> (body: [Located], end: String) {
        _ = skip(symbol: ":")
        try expect(.blockEnd)
        let body = try body(until: ends)
        return (body, try name())
    }

    private mutating func block(until end: String) throws -> [Located] {
        try block(until: [end]).body
    }

    /// The body of a callable; a loop around it does not count as a loop inside.
    private mutating func function(
        until end: String, _ name: String, _ parameters: [(name: String, standard: Expression?)]
    ) throws -> Macro {
        var outside = (loops, names)
        (loops, names) = (0, [])
        let macro = Macro(
            name: name, parameters: parameters, body: try block(until: end), names: names)
        // The larger set absorbs the smaller one.
        outside.1.formUnion(names)
        (loops, names) = outside
        return macro
    }

    private mutating func statement() throws -> Statement {
        let line = token.line
        let tag = try name()
        switch tag {
        case "set": return try set()
        case "for": return try loop()
        case "if": return try branch()
        case "macro":
            let name = try name()
            return .macro(try function(until: "endmacro", name, parameters()))
        case "generation":
            return .generation(try function(until: "endgeneration", tag, []).body)
        case "break", "continue":
            guard loops > 0 else { throw failure("'\(tag)' stands outside a loop", at: line) }
            return tag == "break" ? .break : .continue
        default:
            throw failure(
                "the tag \(tag.quoted) is not supported; set, for, if, macro, raw, "
                    + "generation, break and continue are", at: line)
        }
    }

    private mutating func set() throws -> Statement {
        let target = try target(withAttributes: true)
        if skip(symbol: "=") { return .set(target, try tuple()) }
        let filters = try filters()
        return .setBlock(target, filters: filters, try block(until: "endset"))
    }

    private mutating func loop() throws -> Statement {
        let target = try target()
        try expect(.name("in"))
        let source = try tuple(withChoice: false)
        let condition = skip(word: "if") ? try expression() : nil
        if token.kind == .name("recursive") { throw failure("a recursive loop is not supported") }
        loops += 1
        let (body, end) = try block(until: ["else", "endfor"])
        loops -= 1
        let otherwise = end == "else" ? try block(until: "endfor") : []
        return .loop(
            ForLoop(
                target: target, source: source, condition: condition, body: body,
                otherwise: otherwise))
    }

    private mutating func branch() throws -> Statement {
        var branches: [(condition: Expression, body: [Located])] = []
        while true {
            let condition = try tuple(withChoice: false)
            let (body, end) = try block(until: ["elif", "else", "endif"])
            branches.append((condition, body))
            switch end {
            case "elif": continue
            case "else": return .branch(branches, otherwise: try block(until: "endif"))
            default: return .branch(branches, otherwise: [])
            }
        }
    }

    private mutating func parameters() throws -> [(name: String, standard: Expression?)] {
        var parameters: [(name: String, standard: Expression?)] = []
        try expect(symbol: "(")
        while token.kind != .symbol(")") {
            if !parameters.isEmpty { try expect(symbol: ",") }
            let name = try assignable(name())
            let standard = skip(symbol: "=") ? try expression() : nil
            if standard == nil, parameters.last?.standard != nil {
                throw failure("a parameter without a default follows one that has one")
            }
            parameters.append((name, standard))
        }
        next()
        return parameters
    }

    // MARK: Targets

    private func assignable(_ name: String) throws -> String {
        if ["true", "false", "none", "True", "False", "None", "loop"].contains(name) {
            throw failure("nothing can be assigned to \(name.quoted)")
        }
        return name
    }

    private mutating func target(withAttributes: Bool = false) throws -> Target {
        var targets: [Target] = []
        repeat {
            // After a comma at the end.
            if !targets.isEmpty, endsTuple { return .tuple(targets) }
            if skip(symbol: "(") {
                targets.append(try nested { try $0.target() })
                try expect(symbol: ")")
            } else {
                let name = try assignable(name())
                targets.append(
                    withAttributes && skip(symbol: ".")
                        ? .attribute(of: name, try self.name()) : .name(name))
            }
        } while skip(symbol: ",")
        return targets.count == 1 ? targets[0] : .tuple(targets)
    }
}
