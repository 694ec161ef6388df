import Foundation

/// Names and their values; a name without a value is looked up in the enclosing frame.
final class Frame {
    var values: [String: Value] = [:]
    let around: Frame?

    init(around: Frame?) { self.around = around }

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
    private(set) var output: [Letter] = []
    var frame: Frame
    /// The line of the current step.
    var line = 1
    let now: Date
    private var work = 0
    private var calls = 0
    // Cleared at the end: only these can reference one another in a cycle or a long chain.
    private var namespaces: [Namespace] = []
    private var heldFrames: [Frame] = []

    init(context: [String: Value], now: Date) {
        frame = Frame(around: nil)
        frame.values = context
        self.now = now
    }

    func render(_ body: [Located]) throws -> [Letter] {
        defer {
            for namespace in namespaces { namespace.values = [:] }
            for frame in heldFrames { frame.values = [:] }
        }
        do {
            _ = try run(body)
            return output
        } catch let problem as Problem {
            throw TemplateError(line: line, problem: problem.text, isRaised: problem.isRaised)
        }
    }

    // MARK: Limits

    /// Counts letters and elements before they are written or compared.
    func spend(_ amount: Int) throws {
        guard amount <= Bounds.work - work else {
            throw Problem("the template's work does not end within its limit")
        }
        work += max(amount, 0)
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

    func items(_ kind: Items.Kind = .list, _ elements: [Value]) throws -> Value {
        try spend(elements.count * Bounds.stepCost)
        return .items(try Items(kind, elements))
    }

    func table(_ pairs: [(Value, Value)]) throws -> Value {
        try spend(pairs.reduce(0) { $0 + $1.0.weight + Bounds.stepCost })
        return .dictionary(try Table(pairs))
    }

    func text(_ letters: [Letter], like value: Value = .none) throws -> Value {
        try spend(letters.count)
        return value.isMarkup ? .markup(letters) : .text(letters)
    }

    func namespace(_ pairs: [(Value, Value)]) throws -> Value {
        let namespace = Namespace()
        namespaces.append(namespace)
        for (key, value) in pairs {
            guard let name = key.letters else { throw Problem("a namespace's name is \(key.kind)") }
            try assign(value, to: name.string, of: namespace)
        }
        return .namespace(namespace)
    }

    /// A function that sees the names of the frame in which it is defined.
    func function(_ macro: Macro) -> Value {
        heldFrames.append(frame)
        return .callable(Callable(.macro(macro, frame)))
    }

    // MARK: Statements

    private enum Flow { case on, leave, next }

    private func run(_ body: [Located]) throws -> Flow {
        for located in body {
            line = located.line
            let flow = try nested { try run(located.statement) }
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
            try assign(value(.text(written), after: filters), to: target)
        case .loop(let loop): return try run(loop)
        case .branch(let branches, let otherwise):
            for branch in branches where try value(of: branch.condition).isTrue {
                return try run(branch.body)
            }
            return try run(otherwise)
        case .macro(let macro): frame.values[macro.name] = function(macro)
        case .generation(let body):
            _ = try within(Frame(around: frame)) { try run(body) }
        case .break: return .leave
        case .continue: return .next
        }
        return .on
    }

    private func run(_ statement: ForLoop) throws -> Flow {
        let source = try value(of: statement.source)
        let outside = frame
        let loop = Loop(try elements(of: source), depth: source.depth + 1) {
            [unowned self] element in
            guard let condition = statement.condition else { return true }
            return try within(Frame(around: outside)) {
                try assign(element, to: statement.target)
                return try value(of: condition).isTrue
            }
        }
        // The loop may outlive this call; its condition must not.
        defer { loop.end() }
        var isWhole = false
        while let element = try loop.next() {
            try spend(2 * Bounds.stepCost)
            let inner = Frame(around: outside)
            let flow = try within(inner) {
                try assign(element, to: statement.target)
                frame.values["loop"] = .loop(loop)
                return try nested { try run(statement.body) }
            }
            if flow == .on { isWhole = true }
            if flow == .leave { break }
        }
        // As in Jinja: also where every iteration was cut short.
        if !isWhole {
            return try within(Frame(around: outside)) { try run(statement.otherwise) }
        }
        return .on
    }

    func within<Result>(_ inner: Frame, _ body: () throws -> Result) rethrows -> Result {
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

    private func assign(_ value: Value, to name: String, of namespace: Namespace) throws {
        guard !name.hasPrefix("_") else {
            throw Problem("a namespace's name begins with '_'; another name is needed")
        }
        namespace[name] = value
    }

    func assign(_ value: Value, to target: Target) throws {
        switch target {
        case .name(let name): frame.values[name] = value
        case .attribute(let owner, let name):
            guard case .namespace(let namespace) = frame[owner] else {
                throw Problem("\(owner.quoted) is no namespace; its attributes cannot be set")
            }
            try assign(value, to: name, of: namespace)
        case .tuple(let targets):
            let elements = try elements(of: value)
            guard elements.count == targets.count else {
                throw Problem(
                    "\(elements.count) values stand where \(targets.count) names are to get one")
            }
            for (target, element) in zip(targets, elements) { try assign(element, to: target) }
        }
    }

    /// The output of a macro.
    func call(_ macro: Macro, in around: Frame, _ arguments: Arguments) throws -> Value {
        let inner = Frame(around: around)
        var named = arguments.named
        func take(_ name: String) -> Value? {
            named.firstIndex { $0.name == name }.map { named.remove(at: $0).value }
        }
        let count = macro.parameters.count
        try spend(count * named.count)
        for (index, parameter) in macro.parameters.enumerated() {
            if index < arguments.positional.count {
                inner.values[parameter.name] = arguments.positional[index]
            } else if let value = take(parameter.name) {
                inner.values[parameter.name] = value
            } else if let standard = parameter.standard {
                inner.values[parameter.name] = try within(inner) { try value(of: standard) }
            } else {
                inner.values[parameter.name] = .undefined(
                    "the parameter \(parameter.name.quoted) was not given")
            }
        }
        if macro.names.contains("kwargs") {
            inner.values["kwargs"] = try table(named.map { (.text($0.name), $0.value) })
        } else if let name = named.first?.name {
            throw Problem("\(macro.name.quoted) has no parameter \(name.quoted)")
        }
        if macro.names.contains("varargs") {
            inner.values["varargs"] = try items(
                .tuple, Array(arguments.positional.dropFirst(count)))
        } else if arguments.positional.count > count {
            throw Problem("\(macro.name.quoted) takes at most \(count) arguments")
        }
        return .text(try captured(inner) { _ = try nested { try run(macro.body) } })
    }
}
