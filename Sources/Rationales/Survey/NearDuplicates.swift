/// Counts nearly equal texts: their sets of three consecutive words overlap.
enum NearDuplicates {
    /// The share that two sets must have in common, of all in either (Jaccard).
    static let threshold = 0.8

    /// The number of texts that are nearly the same as an earlier one.
    static func count(in texts: [String]) -> Int {
        let sets = texts.map(shingles)
        /// For each shingle the texts that have it.
        var holders: [Int: [Int]] = [:]
        var count = 0
        for (index, set) in sets.enumerated() {
            var shared: [Int: Int] = [:]
            for shingle in set {
                for earlier in holders[shingle, default: []] { shared[earlier, default: 0] += 1 }
                holders[shingle, default: []].append(index)
            }
            let isNear = shared.contains { earlier, common in
                Double(common) >= threshold * Double(set.count + sets[earlier].count - common)
            }
            if isNear { count += 1 }
        }
        return count
    }

    /// Words of letters and digits, in lower case.
    static func words(of text: String) -> [String] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "'" }.map(String.init)
    }

    /// Three consecutive words, each as a number; of a shorter text all of it.
    private static func shingles(of text: String) -> Set<Int> {
        let words = words(of: text)
        guard words.count > 3 else { return words.isEmpty ? [] : [words.hashValue] }
        return Set((0...words.count - 3).map { words[$0..<$0 + 3].hashValue })
    }
}
