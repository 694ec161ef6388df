/// The candidate that takes the fewest edits to reach from a misspelt word, or nil without
/// candidates.
///
/// An edit inserts, removes or replaces one character (Levenshtein). Upper and lower case are the
/// same; of two candidates as near, the first.
///
/// - Parameter limit: the largest number of edits; a candidate further away is none
public func nearestMatch(
    to word: String, in candidates: some Sequence<String>, within limit: Int = .max
) -> String? {
    let word = Array(word.lowercased())
    return
        candidates
        .map { (candidate: $0, distance: editDistance(word, Array($0.lowercased()))) }
        .filter { $0.distance <= limit }
        .min { $0.distance < $1.distance }?
        .candidate
}

private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    var previous = Array(0...b.count)
    for (i, left) in a.enumerated() {
        var current = [i + 1]
        for (j, right) in b.enumerated() {
            let replaced = previous[j] + (left == right ? 0 : 1)
            current.append(min(replaced, previous[j + 1] + 1, current[j] + 1))
        }
        previous = current
    }
    return previous[b.count]
}

/// "; did you mean 'x'?", or nothing without candidates: the tail of an error message.
public func suggestion(for word: String, in candidates: some Sequence<String>) -> String {
    nearestMatch(to: word, in: candidates).map { "; did you mean '\($0)'?" } ?? ""
}

/// "did you mean x? one of x, y is needed": the expected names in place of an unknown one.
public func expectation(of names: [String], for word: String) -> String {
    (nearestMatch(to: word, in: names).map { "did you mean \($0)? " } ?? "")
        + "one of \(names.joined(separator: ", ")) is needed"
}
