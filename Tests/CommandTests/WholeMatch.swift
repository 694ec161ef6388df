extension String {
    /// What a pattern's groups hold, where it matches the whole text; nil where it does not.
    func groups(of pattern: String) -> [String]? {
        let match = try? Regex(pattern).wholeMatch(in: self)
        return match?.output.dropFirst().map { $0.substring.map(String.init) ?? "" }
    }
}
