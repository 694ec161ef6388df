import Foundation

/// The limits of a job.
public struct BudgetLimits: Sendable, Equatable {
    /// Tokens read and written together; nil is any number.
    public var tokenCount: Int?
    /// The price of a million tokens, in any currency; nil where it is not known.
    public var prices: TokenPrices?
    /// In the same currency; nil is any cost.
    public var cost: Double?

    public init(tokenCount: Int? = nil, prices: TokenPrices? = nil, cost: Double? = nil) {
        self.tokenCount = tokenCount
        self.prices = prices
        self.cost = cost
    }
}

/// The prices of a million tokens.
public struct TokenPrices: Sendable, Equatable {
    public var prompt: Double
    public var completion: Double

    public init(prompt: Double, completion: Double) {
        self.prompt = prompt
        self.completion = completion
    }

    public func cost(of usage: TokenUsage) -> Double {
        (Double(usage.prompt) * prompt + Double(usage.completion) * completion) / 1e6
    }
}

/// Keeps the requests under way within the limits. Each reserves the most that it can use before it
/// is sent, and returns the rest.
actor Budget {
    private let limits: BudgetLimits
    private var spent: TokenUsage
    private var reserved = TokenUsage.none
    private var openCount = 0

    /// - Parameter spent: the job's earlier usage
    init(_ limits: BudgetLimits, spent: TokenUsage) {
        self.limits = limits
        self.spent = spent
    }

    /// The limits do not allow a further request.
    struct Exhausted: Error {
        let description: String
    }

    /// Waits until a request of this size at most is sure to fit.
    ///
    /// - Throws: `Exhausted` when it would not even if all others were done.
    func reserve(_ largest: TokenUsage) async throws {
        while let problem = problem(with: spent + reserved + largest) {
            guard openCount > 0 else { throw Exhausted(description: problem) }
            try await Task.sleep(for: .milliseconds(20))
        }
        reserved = reserved + largest
        openCount += 1
    }

    /// Ends a reservation.
    ///
    /// - Parameter used: nil, where the usage is not known, counts the whole reservation
    func settle(_ largest: TokenUsage, used: TokenUsage?) {
        reserved = reserved - largest
        openCount -= 1
        spent = spent + (used ?? largest)
    }

    private func problem(with usage: TokenUsage) -> String? {
        if let limit = limits.tokenCount, usage.total > limit {
            return "--max-tokens \(limit): \(spent.total) are used, and the next request could take"
                + " it beyond; with a higher limit the same command resumes"
        }
        if let limit = limits.cost, let prices = limits.prices, prices.cost(of: usage) > limit {
            return "--max-cost \(limit): "
                + String(format: "%.4f", prices.cost(of: spent))
                + " are spent, and the next request could take it beyond; with a higher limit the"
                + " same command resumes"
        }
        return nil
    }
}
