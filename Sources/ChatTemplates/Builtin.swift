/// The arguments of a call.
struct Arguments {
    var positional: [Value] = []
    var named: [(name: String, value: Value)] = []

    /// The arguments of parameters, in their order and nil for a missing one, and the others.
    func matched(to names: [String]) -> (values: [Value?], rest: Arguments) {
        var rest = Arguments(positional: Array(positional.dropFirst(names.count)), named: named)
        let values = names.enumerated().map { index, name -> Value? in
            if index < positional.count { return positional[index] }
            return rest.named.firstIndex { $0.name == name }.map { rest.named.remove(at: $0).value }
        }
        return (values, rest)
    }

    /// Refuses arguments for which there are no parameters.
    func ensureNone() throws {
        if let name = named.first?.name { throw Problem("there is no parameter \(name.quoted)") }
        if !positional.isEmpty { throw Problem("too many arguments were given") }
    }
}

/// A filter, a test, a function, or a method.
struct Builtin: Sendable {
    typealias Body<Result> = @Sendable (Renderer, Call) throws -> Result

    /// The parameters; nil where the body takes the arguments as they are.
    let names: [String]?
    /// Parameters that must be given; they come first.
    let neededCount: Int
    /// Units of work for each letter or element of the value and the arguments.
    let cost: Int
    let body: Body<Value>

    /// - Parameter names: of parameters; those that may be missing end with a question mark
    init(_ names: String? = "", cost: Int = 1, _ body: @escaping Body<Value>) {
        let parameters = names?.split(separator: " ")
        self.names = parameters?.map { String($0).replacing("?", with: "") }
        neededCount = parameters?.count { $0.last != "?" } ?? 0
        (self.cost, self.body) = (cost, body)
    }

    /// A test.
    static func holds(_ names: String? = "", cost: Int = 0, _ body: @escaping Body<Bool>) -> Self {
        Self(names, cost: cost) { .boolean(try body($0, $1)) }
    }

    /// A builtin that makes a string of a string; the result is markup where the value is.
    static func text(
        _ names: String? = "", cost: Int = 1, _ body: @escaping Body<[Letter]>
    ) -> Self {
        Self(names, cost: cost) { $1.like(try body($0, $1)) }
    }
}

/// A call of a builtin.
struct Call {
    let renderer: Renderer
    /// The value before the filter, test or method.
    let value: Value
    let arguments: Arguments
    fileprivate let bound: [Value?]

    /// An argument; nil where it is missing.
    func given(_ index: Int) -> Value? { bound[index] }
    /// An argument; none where it is missing.
    subscript(index: Int) -> Value { bound[index] ?? .none }

    func flag(_ index: Int) -> Bool { self[index].isTrue }

    func letters(_ index: Int) throws -> [Letter] {
        if let letters = self[index].letters { return letters }
        throw Problem("a string is needed; \(self[index].kind) was given")
    }

    func integer(_ index: Int, or standard: Int) throws -> Int {
        if self[index].isNone { return standard }
        if let integer = self[index].integer { return integer }
        throw Problem("an integer is needed; \(self[index].kind) was given")
    }

    // What the value is, by need: a string, its text, its elements, or a dictionary.
    var letters: [Letter] { value.letters ?? [] }
    var text: [Letter] { get throws { try renderer.text(of: value) } }
    var elements: [Value] { get throws { try renderer.elements(of: value) } }

    func table() throws -> Table {
        if case .dictionary(let table) = value { return table }
        throw Problem("a dictionary is needed; \(value.kind) was given")
    }

    /// A string that is markup where the value is.
    func like(_ letters: [Letter]) -> Value { .text(letters, isMarkup: value.isMarkup) }
}

extension Renderer {
    func run(_ builtin: Builtin, _ value: Value, _ arguments: Arguments) throws -> Value {
        let (bound, rest) = arguments.matched(to: builtin.names ?? [])
        if builtin.names != nil { try rest.ensureNone() }
        for (name, value) in zip(builtin.names ?? [], bound.prefix(builtin.neededCount))
        where value == nil {
            throw Problem("the argument \(name.quoted) is missing")
        }
        for value in [value] + arguments.positional + arguments.named.map(\.value) {
            try spend(value.length ?? 1, times: builtin.cost)
        }
        let call = Call(renderer: self, value: value, arguments: arguments, bound: bound)
        let result = try builtin.body(self, call)
        try spend(result.length ?? 0)
        return result
    }

    func test(_ name: String, _ value: Value, _ arguments: Arguments) throws -> Bool {
        guard let test = Self.tests[name] else { throw Problem("no test is named \(name.quoted)") }
        return try run(test, value, arguments).isTrue
    }

    func filter(_ name: String, _ value: Value, _ arguments: Arguments) throws -> Value {
        if let filter = Self.filters[name] { return try run(filter, value, arguments) }
        guard let method = Self.textFilters[name].flatMap({ Self.textMethods[$0] }) else {
            throw Problem("no filter is named \(name.quoted)")
        }
        return try run(method, value.letters == nil ? .text(text(of: value)) : value, arguments)
    }

    /// A method of Python's type; nil where it has none with the name.
    func method(_ name: String, of value: Value) -> Value? {
        let methods: [String: Builtin]
        var changing: [String] = []
        switch value {
        case .text: methods = Self.textMethods
        case .loop: methods = Self.loopMethods
        case .dictionary:
            methods = Self.tableMethods
            changing = ["clear", "pop", "popitem", "setdefault", "update"]
        case .items(let items) where items.hasPlaces:
            methods = Self.itemsMethods
            changing = ["append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"]
        default: return nil
        }
        if let method = methods[name] { return .callable(Callable(.builtin(method, of: value))) }
        guard changing.contains(name) else { return nil }
        return .undefined("\(name.quoted) changes \(value.kind), which a template may not")
    }
}
