indirect enum Statement: Sendable {
    case data([Letter])
    case output(Expression)
    case set(Target, Expression)
    /// Output through filters, which is written where there is no target.
    case setBlock(Target?, [Step], [Statement])
    case loop(Target, in: Expression, where: Expression?, [Statement], otherwise: [Statement])
    case branch([(condition: Expression, body: [Statement])], otherwise: [Statement])
    case macro(Macro)
    /// A call, with an argument that names the macro.
    case call(Macro, Expression)
    case generation([Statement])
    case `break`, `continue`
}

struct Macro: Sendable {
    let name: String
    let parameters: [(name: String, standard: Expression?)]
    let body: [Statement]
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
    case none, boolean(Bool), integer(Int), float(Double), string([Letter]), name(String)
    case list([Expression]), tuple([Expression])
    case dictionary([(key: Expression, value: Expression)])
    /// Operators of one precedence, from left to right: a long chain is not deep.
    case chain(Expression, [(symbol: Operator, operand: Expression)])
    case not(Expression)
    case sign(Operator, Expression)
    case choice(Expression, condition: Expression, otherwise: Expression?)
    case steps(Expression, [Step])
    /// A whole expression of a tag. An error names this line, as Jinja's do.
    case located(Expression, line: Int)
}

enum Operator: String {
    case or, and
    case equal = "==", unequal = "!=", less = "<", lessOrEqual = "<=", greater = ">"
    case greaterOrEqual = ">=", isIn = "in", isNotIn = "not in"
    case plus = "+", minus = "-", join = "~"
    case times = "*", divide = "/", floorDivide = "//", modulo = "%", power = "**"

    /// By precedence, the weakest first. Those that begin like another one come before it.
    static let ranks: [[Operator]] = [
        [.or], [.and],
        [.equal, .unequal, .lessOrEqual, .less, .greaterOrEqual, .greater, .isIn, .isNotIn],
        [.plus, .minus], [.join], [.times, .floorDivide, .divide, .modulo], [.power],
    ]
    /// The comparisons; `not` binds as they do.
    static let comparisons = 2
}

/// An operation on the value before it.
enum Step: Sendable {
    case attribute(String)
    case element(Expression)
    case slice([Expression?])
    case call([Argument])
    case filter(String, [Argument])
    case test(String, [Argument], isNegated: Bool)
}

/// An argument of a call, as written.
enum Argument: Sendable {
    case positional(Expression)
    case named(String, Expression)
    /// The arguments after `*` and `**`.
    case elements(Expression), fields(Expression)
}
