import Foundation

/// Made-up questions in MMLU's layout.
public enum QuestionFolder {
    /// Writes `{dev,val,test}/{subject}_{split}.csv`.
    ///
    /// - Parameter tests: for each subject its number of test questions
    public static func write(
        tests: [String: Int], dev: Int = 5, val: Int = 6, to folder: String
    ) throws {
        for (subject, test) in tests {
            for (split, count) in [("dev", dev), ("val", val), ("test", test)] {
                let place = folder + "/" + split
                try FileManager.default.createDirectory(
                    atPath: place, withIntermediateDirectories: true)
                let text = (0..<count).map { row(subject, split, $0) + "\n" }.joined()
                try text.write(
                    toFile: "\(place)/\(subject)_\(split).csv", atomically: false, encoding: .utf8)
            }
        }
    }

    /// A line of a file; its right letter goes through A to D.
    public static func row(_ subject: String, _ split: String, _ row: Int) -> String {
        let words = ["red", "green", "blue", "grey"].map { "\($0) \(row)" }
        let letter = ["A", "B", "C", "D"][row % 4]
        let question = "which of \(split) \(row) of \(subject.prefix(4))"
        return ([question] + words + [letter]).joined(separator: ",")
    }
}
