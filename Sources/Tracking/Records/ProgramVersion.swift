import Basics
import Foundation

/// The version of this program.
public enum ProgramVersion {
    public static let text = "0.1.0"

    /// The commit of the checkout that the program lies in; nil where it lies in none.
    package static let gitCommit: String? = {
        guard
            let program = try? FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/self/exe")
        else { return nil }
        return GitCheckout.commit(around: URL(fileURLWithPath: program).deletingLastPathComponent())
    }()
}
