import Basics

/// The same questions, answered by one model and by another, each in one repeat or several.
public struct PairedSample: Hashable, Sendable {
    /// Of each question: how much more often the second answered it correctly, in 1 / `unitCount`.
    public let differences: [Int]
    /// The least common multiple of both models' repeats.
    public let unitCount: Int
    /// The larger of the two models' repeats.
    public let repeatCount: Int

    /// - Parameters:
    ///   - first: `[question][repeat]`, true where the answer was correct
    ///   - second: the same questions in the same order; it may have another number of repeats
    /// - Throws: `InputError` where the questions of the two differ, without questions, or if
    ///   questions differ in repeats.
    public init(first: [[Bool]], second: [[Bool]]) throws {
        guard first.count == second.count else {
            throw InputError(
                "a paired sample: has \(first.count) questions of the first model and"
                    + " \(second.count) of the second; the same are needed")
        }
        // Invalid samples give the errors of `Accuracy`.
        let repeatCounts = try [first, second].map { try Accuracy(correct: $0).repeatCount }
        let (a, b) = (repeatCounts[0], repeatCounts[1])
        let unitCount = Self.leastCommonMultiple(a, b)
        differences = zip(first, second).map { one, other in
            other.count(where: \.self) * (unitCount / b) - one.count(where: \.self)
                * (unitCount / a)
        }
        self.unitCount = unitCount
        repeatCount = max(a, b)
    }

    /// The same questions in several trainings, each training's repeats taken as further ones.
    ///
    /// - Parameter samples: one or more, of the same questions in the same order
    init(pooling samples: [PairedSample]) {
        let unit = Self.commonUnit(of: samples)
        differences = (samples.first?.differences.indices ?? 0..<0).map { question in
            samples.reduce(0) { $0 + $1.differences[question] * (unit / $1.unitCount) }
        }
        unitCount = unit * samples.count
        repeatCount = samples.reduce(0) { $0 + $1.repeatCount }
    }

    /// Of several strata, question by question.
    init(joining strata: [PairedSample]) {
        let unit = Self.commonUnit(of: strata)
        differences = strata.flatMap { part in
            part.differences.map { $0 * (unit / part.unitCount) }
        }
        unitCount = unit
        repeatCount = strata.map(\.repeatCount).max() ?? 1
    }

    /// For each question: the accuracy of the first less that of the second.
    var losses: [Double] { differences.map { -Double($0) / Double(unitCount) } }

    /// The second's accuracy less the first's.
    public var difference: Double {
        Double(differences.reduce(0, +)) / Double(differences.count * unitCount)
    }

    /// Questions that the second answered correctly more often than the first.
    public var gainedCount: Int { differences.count { $0 > 0 } }

    /// Questions that the second answered correctly less often.
    public var lostCount: Int { differences.count { $0 < 0 } }

    private static func commonUnit(of samples: [PairedSample]) -> Int {
        samples.reduce(1) { leastCommonMultiple($0, $1.unitCount) }
    }

    private static func leastCommonMultiple(_ a: Int, _ b: Int) -> Int {
        var (x, y) = (a, b)
        while y != 0 { (x, y) = (y, x % y) }
        return a / x * b
    }
}
