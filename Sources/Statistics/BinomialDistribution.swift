/// How many of some independent throws hit, each as likely as the others.
struct BinomialDistribution {
    /// Of 0 to `count` hits.
    let probabilities: [Double]

    /// - Parameter chance: of one throw, between 0 and 1 and neither
    init(count: Int, chance: Double) {
        // From the likeliest outwards, where nothing is too small to be a number, and then made to
        // sum to 1.
        var weights = [Double](repeating: 0, count: count + 1)
        let likeliest = min(count, Int(Double(count + 1) * chance))
        let odds = chance / (1 - chance)
        weights[likeliest] = 1
        for k in stride(from: likeliest, to: 0, by: -1) {
            weights[k - 1] = weights[k] * Double(k) / Double(count - k + 1) / odds
        }
        for k in likeliest..<count {
            weights[k + 1] = weights[k] * Double(count - k) / Double(k + 1) * odds
        }
        let sum = weights.reduce(0, +)
        probabilities = weights.map { $0 / sum }
    }
}
