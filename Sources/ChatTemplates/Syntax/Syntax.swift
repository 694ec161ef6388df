/// A statement, and its first line.
struct Located: Sendable {
    let line: Int
    let statement: Statement
}

indirect enum Statement: Sendable {
    case data([Letter])
    case output(Expression)
    case set(Target, Expression)
    case setBlock(Target, filters: [Step], [Located])
    case loop(ForLoop)
    case branch([(condition: Expression, body: [Located])], otherwise: [Located])
    case macro(Macro)
    case generation([Located])
    case `break`, `continue`
}

struct ForLoop: Sendable {
    let target: Target
    let source: Expression
    let condition: Expression?
    let body: [Located]
    let otherwise: [Located]
}

struct Macro: Sendable {
    let name: String
    let parameters: [(name: String, standard: Expression?)]
    let body: [Located]
    /// Names that the body uses.
    let names: Set<String>
}

/// The target of an assignment.
indirect enum Target: Sendable {
    case name(String)
    case attribute(of: String, String)
    case tuple([Target])
}

indirect enum Expression: Sendable {
    case none, boolean(Bool), integer(Int), float(Double), string([Letter])
    case name(String)
    case list([Expression]), tuple([Expression])
    case dictionary([(key: Expression, value: Expression)])
    /// Operators of one precedence, from left to right.
    case arithmetic(Expression, [(symbol: String, operand: Expression)], line: Int)
    case comparison(Expression, [(symbol: String, operand: Expression)], line: Int)
    case any([Expression]), all([Expression])
    case not(Expression)
    case sign(isMinus: Bool, Expression)
    case choice(condition: Expression, Expression, otherwise: Expression?)
    case steps(Expression, [Step])
}

/// An operation on the value before it.
struct Step: Sendable {
    indirect enum Kind: Sendable {
        case attribute(String)
        case element(Expression)
        case slice(from: Expression?, to: Expression?, by: Expression?)
        case call(Passed)
        case filter(String, Passed)
        case test(String, Passed, isNegated: Bool)
    }

    let kind: Kind
    let line: Int
}

/// The arguments of a call, as written.
struct Passed: Sendable {
    var positional: [Expression] = []
    var named: [(name: String, value: Expression)] = []
    /// The argument after `*`.
    var elements: Expression?
    /// The argument after `**`.
    var fields: Expression?
}
