import Foundation
import TestSupport
import Testing

@testable import Experiments

/// evaluations.jsonl of a stranger.
@Suite struct ValidationScoreTests {
    @Test(arguments: ["correct", "questions", "repeats", "unreadable"])
    func `a score of such numbers is refused`(field: String) throws {
        try Fixture.withTemporaryFolder { folder in
            for number in ["9223372036854775807", "1e300", "-1e300", "-1", "0.5"] {
                var fields = ["correct": "1", "questions": "2", "repeats": "1", "unreadable": "0"]
                fields[field] = number
                let line = fields.map { "\"\($0)\": \($1)" }.joined(separator: ", ")
                try "{\(line)}\n".write(
                    toFile: folder + "/evaluations.jsonl", atomically: false, encoding: .utf8)
                #expect(
                    refusal { try ValidationScore(run: folder, keeps: .last) }
                        == "\(folder)/evaluations.jsonl: does not say how the kept adapter answered; "
                        + "the file that the run wrote is needed", "\(field) \(number)")
            }
        }
    }
}
