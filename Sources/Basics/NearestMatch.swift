/// The candidate that takes the fewest edits to reach from a misspelt word, or nil without
/// candidates.
///
/// An edit inserts, removes or replaces one character (Levenshtein). Upper and lower case are the
/// same; of two candidates as near, the first.
public func nearestMatch(to word: String, in candidates: some Sequence<String>) -> String? {
    let word = Array(word.lowercased())
    return
        candidates
        .map { (candidate: $0, distance: editDistance(word, Array($0.lowercased()))) }
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

/// " Did you mean 'x'?", or nothing without candidates: the tail of an error message.
public func suggestion(for word: String, in candidates: some Sequence<String>) -> String {
    nearestMatch(to: word, in: candidates).map { " Did you mean '\($0)'?" } ?? ""
}
