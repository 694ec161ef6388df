import LinearAttention
import Statistics
import Testing

@testable import PaperFigures

/// The words that rank errors.
@Suite struct RankTests {
    @Test func `ranks are the words in order, and equals share one`() throws {
        let errors = try [[3, 3.2], [1, 1.01], [2, 2.01], [2.005, 2.015]].map { try Estimate($0) }
        #expect(RegressionFigure.ranks(errors) == ["worst", "best", "better", "better"])
    }

    @Test func `errors are equal within two standard errors of their difference`() throws {
        // Standard errors 0.3 and 0.4: of the difference 0.5, not 0.7.
        func ranks(_ difference: Double) throws -> [String] {
            try RegressionFigure.ranks([
                Estimate([0.7, 1.3]), Estimate([difference + 0.6, difference + 1.4]),
            ])
        }
        #expect(try ranks(0.99) == ["best", "best"])
        #expect(try ranks(1.01) == ["best", "better"])
    }
}
