import Foundation

/// Names and their values; a name without a value is looked up in the enclosing frame.
final class Frame {
    var values: [String: Value]
    private let around: Frame?

    init(around: Frame?, _ values: [String: Value] = [:]) {
        self.around = around
        self.values = values
    }

    subscript(name: String) -> Value? {
        var frame: Frame? = self
        while let here = frame {
            if let value = here.values[name] { return value }
            frame = here.around
        }
        return nil
    }
}

/// Renders one template once.
///
/// A template can access only its context and the time.
final class Renderer {
    private var output: [Letter] = []
    private var frame: Frame
    /// The line of the current expression.
    private(set) var line = 1
    let now: Date
    private var work = 0
    private var calls = 0
    // Cleared at the end: only these can reference one another in a cycle or a long chain.
    private var namespaces: [Namespace] = []
    private var heldFrames: [Frame] = []

    init(context: [String: Value], now: Date) {
        frame = Frame(around: nil, context)
        self.now = now
    }

    func render(_ body: [Statement]) throws -> [Letter] {
        defer {
            for namespace in namespaces { namespace.values = [:] }
            for frame in heldFrames { frame.values = [:] }
        }
        _ = try run(body)
        return output
    }

    // MARK: Limits

    /// Counts letters and elements before they are written or compared.
    func spend(_ amount: Int, times count: Int = 1) throws {
        let (product, isTooLarge) = amount.multipliedReportingOverflow(by: count)
        guard !isTooLarge, product <= Bounds.work - work else {
            throw Problem("the template's work does not end within its limit")
        }
        work += max(product, 0)
    }

    /// Runs a body that may be recursive.
    func nested<Result>(_ body: () throws -> Result) throws -> Result {
        calls += 1
        defer { calls -= 1 }
        guard calls <= Bounds.calls else {
            throw Problem("calls and blocks nest more than \(Bounds.calls) deep")
        }
        try spend(Bounds.stepCost)
        return try body()
    }

    // MARK: Making values

    func items(_ kind: Items.Kind, _ elements: [Value]) throws -> Value {
        try spend(elements.count, times: Bounds.stepCost)
        return .items(try Items(kind, elements))
    }

    func table(_ pairs: [(Value, Value)]) throws -> Value {
        for (key, _) in pairs { try spend(key.weight + Bounds.stepCost) }
        return .dictionary(try Table(pairs))
    }

    func text(_ letters: [Letter], isMarkup: Bool = false) throws -> Value {
        try spend(letters.count)
        return .text(letters, isMarkup: isMarkup)
    }

    /// Python's `str`.
    func text(of value: Value) throws -> [Letter] {
        if let letters = value.letters { return letters }
        if value.isUndefined { return [] }
        let writer = Writer(self)
        try writer.write(value)
        return writer.letters
    }

    func namespace(_ pairs: [(Value, Value)]) throws -> Value {
        let namespace = Namespace()
        namespaces.append(namespace)
        for (key, value) in pairs {
            guard let name = key.letters else { throw Problem("a namespace's name is \(key.kind)") }
            try namespace.set(name.string, to: value)
        }
        return .namespace(namespace)
    }

    // MARK: Statements

    private enum Flow { case on, leave, next }

    private func run(_ body: [Statement]) throws -> Flow {
        for statement in body {
            let flow = try nested { try run(statement) }
            if flow != .on { return flow }
        }
        return .on
    }

    private func write(_ letters: [Letter]) throws {
        try spend(letters.count)
        output += letters
    }

    private func run(_ statement: Statement) throws -> Flow {
        switch statement {
        case .data(let letters): try write(letters)
        case .output(let expression): try write(text(of: value(of: expression)))
        case .set(let target, let expression): try assign(value(of: expression), to: target)
        case .setBlock(let target, let filters, let body):
            var flow = Flow.on
            let written = try captured(Frame(around: frame)) { flow = try run(body) }
            if flow != .on { return flow }
            let result = try value(.text(written), after: filters)
            if let target { try assign(result, to: target) } else { try write(text(of: result)) }
        case .loop(let target, let source, let condition, let body, let otherwise):
            let source = try value(of: source)
            let outside = frame
            let loop = Loop(try elements(of: source), depth: source.depth + 1) {
                [unowned self] element in
                try spend(2 * Bounds.stepCost)
                let inner = Frame(around: outside)
                let isWanted = try within(inner) {
                    try assign(element, to: target)
                    return try condition.map(value)?.isTrue ?? true
                }
                return isWanted ? inner : nil
            }
            return try run(loop, body, otherwise)
        case .branch(let branches, let otherwise):
            for branch in branches where try value(of: branch.condition).isTrue {
                return try run(branch.body)
            }
            return try run(otherwise)
        case .macro(let macro):
            // The macro sees the names of the frame in which it is defined.
            heldFrames.append(frame)
            frame.values[macro.name] = .callable(Callable(.macro(macro, frame)))
        case .call(let caller, let expression):
            return try within(Frame(around: frame)) {
                try run([.macro(caller), .output(expression)])
            }
        case .generation(let body): _ = try within(Frame(around: frame)) { try run(body) }
        case .break: return .leave
        case .continue: return .next
        }
        return .on
    }

    private func run(
        _ loop: Loop, _ body: [Statement], _ otherwise: [Statement]
    ) throws -> Flow {
        // The loop may outlive this call; its condition must not.
        defer { loop.end() }
        var isWhole = false
        while let inner = try loop.next() {
            inner.values["loop"] = .loop(loop)
            let flow = try within(inner) { try nested { try run(body) } }
            if flow == .on { isWhole = true }
            if flow == .leave { break }
        }
        // As in Jinja: also where every iteration was cut short.
        return isWhole ? .on : try within(Frame(around: frame)) { try run(otherwise) }
    }

    private func within<Result>(_ inner: Frame, _ body: () throws -> Result) rethrows -> Result {
        let outside = frame
        frame = inner
        defer { frame = outside }
        return try body()
    }

    /// The output of the body.
    private func captured(_ inner: Frame, _ body: () throws -> Void) throws -> [Letter] {
        let outside = output
        output = []
        defer { output = outside }
        try within(inner, body)
        return output
    }

    private func assign(_ value: Value, to target: Target) throws {
        switch target {
        case .name(let name): frame.values[name] = value
        case .attribute(let owner, let name):
            guard case .namespace(let namespace) = frame[owner] else {
                throw Problem("\(owner.quoted) is no namespace; its attributes cannot be set")
            }
            try namespace.set(name, to: value)
        case .tuple(let targets):
            let elements = try elements(of: value)
            guard elements.count == targets.count else {
                throw Problem(
                    "\(elements.count) values stand where \(targets.count) names are to get one")
            }
            for (target, element) in zip(targets, elements) { try assign(element, to: target) }
        }
    }

    // MARK: Expressions

    func value(of expression: Expression) throws -> Value {
        try nested {
            switch expression {
            case .none: return .none
            case .boolean(let value): return .boolean(value)
            case .integer(let value): return .integer(value)
            case .float(let value): return .float(value)
            case .string(let letters): return .text(letters)
            case .name(let name):
                if let value = frame[name] { return value }
                let function = Self.functions[name]
                return function.map { .callable(Callable(.builtin($0, of: .none))) }
                    ?? .undefined("\(name.quoted) is undefined")
            case .list(let elements): return try items(.list, elements.map(value))
            case .tuple(let elements): return try items(.tuple, elements.map(value))
            case .dictionary(let pairs):
                return try table(pairs.map { (try value(of: $0.key), try value(of: $0.value)) })
            case .chain(let first, let rest): return try value(of: first, rest)
            case .not(let operand): return .boolean(try !value(of: operand).isTrue)
            case .sign(let sign, let operand): return try signed(value(of: operand), sign)
            case .choice(let chosen, let condition, let otherwise):
                if try value(of: condition).isTrue { return try value(of: chosen) }
                return try otherwise.map(value)
                    ?? .undefined("the choice has no 'else', and its condition does not hold")
            case .steps(let start, let steps): return try value(value(of: start), after: steps)
            case .located(let expression, let line):
                self.line = line
                return try value(of: expression)
            }
        }
    }

    private func value(
        of first: Expression, _ rest: [(symbol: Operator, operand: Expression)]
    ) throws -> Value {
        var left = try value(of: first)
        for (index, (symbol, operand)) in rest.enumerated() {
            switch symbol {
            case .or: if left.isTrue { return left } else { left = try value(of: operand) }
            case .and:
                guard left.isTrue else { return left }
                left = try value(of: operand)
            case .equal, .unequal, .less, .lessOrEqual, .greater, .greaterOrEqual, .isIn, .isNotIn:
                let right = try value(of: operand)
                let holds = try compare(left, symbol, right)
                if !holds || index == rest.count - 1 { return .boolean(holds) }
                left = right
            default: left = try arithmetic(left, symbol, value(of: operand))
            }
        }
        return left
    }

    private func value(_ start: Value, after steps: [Step]) throws -> Value {
        try steps.reduce(start) { value, step in
            try spend(Bounds.stepCost)
            switch step {
            case .attribute(let name): return try attribute(name, of: value)
            case .element(let key): return try element(self.value(of: key), of: value)
            case .slice(let bounds): return try slice(value, bounds.map { try $0.map(self.value) })
            case .call(let passed): return try call(value, arguments(passed))
            case .filter(let name, let passed): return try filter(name, value, arguments(passed))
            case .test(let name, let passed, let isNegated):
                return .boolean(try test(name, value, arguments(passed)) != isNegated)
            }
        }
    }

    private func arguments(_ passed: [Argument]) throws -> Arguments {
        var arguments = Arguments()
        for argument in passed {
            switch argument {
            case .positional(let value): arguments.positional.append(try self.value(of: value))
            case .named(let name, let value):
                arguments.named.append((name, try self.value(of: value)))
            case .elements(let all): arguments.positional += try elements(of: value(of: all))
            case .fields(let all):
                guard case .dictionary(let table) = try value(of: all) else {
                    throw Problem("what stands behind '**' is no dictionary")
                }
                try spend(table.weight, times: Bounds.stepCost)
                for (key, value) in table.pairs {
                    guard let name = key.letters?.string else {
                        throw Problem("a name is no string")
                    }
                    arguments.named.append((name, value))
                }
            }
        }
        var names: Set<String> = []
        for (name, _) in arguments.named where !names.insert(name).inserted {
            throw Problem("the argument \(name.quoted) was given twice")
        }
        return arguments
    }

    func call(_ value: Value, _ arguments: Arguments) throws -> Value {
        switch value {
        case .callable(let callable):
            switch callable.kind {
            case .builtin(let builtin, let value): return try run(builtin, value, arguments)
            case .macro(let macro, let frame):
                let line = line
                let output = try self.output(of: macro, in: frame, arguments)
                self.line = line
                return .text(output)
            }
        case .undefined(let missing): throw Problem(missing)
        default: throw Problem("\(value.kind) cannot be called")
        }
    }

    private func output(
        of macro: Macro, in around: Frame, _ arguments: Arguments
    ) throws -> [Letter] {
        let inner = Frame(around: around)
        var (values, rest) = arguments.matched(to: macro.parameters.map(\.name))
        try spend(values.count, times: arguments.named.count)
        for ((name, standard), value) in zip(macro.parameters, values) {
            inner.values[name] =
                try value ?? standard.map { standard in
                    try within(inner) { try self.value(of: standard) }
                }
                ?? .undefined("the parameter \(name.quoted) was not given")
        }
        // Names of the body that have a meaning in a macro alone.
        for name in ["caller", "kwargs", "varargs"] where macro.names.contains(name) {
            switch name {
            case "caller":
                guard let place = rest.named.firstIndex(where: { $0.name == name }) else {
                    continue
                }
                inner.values[name] = rest.named.remove(at: place).value
            case "kwargs":
                inner.values[name] = try table(rest.named.map { (.text($0.name), $0.value) })
                rest.named = []
            default:
                inner.values[name] = try items(.tuple, rest.positional)
                rest.positional = []
            }
        }
        try rest.ensureNone()
        return try captured(inner) { _ = try nested { try run(macro.body) } }
    }
}
