import Basics
import Foundation

/// The wheels that `scripts/setup` keeps in the cache, compared with what `scripts/requirements` pins.
struct WheelFiles {
    /// The folder of the wheels.
    let folder: String
    /// `scripts/requirements` of the checkout that contains the program; nil where there is no
    /// checkout.
    let requirements: String?

    static var ofUser: WheelFiles {
        var place = URL(fileURLWithPath: FilePath.program ?? "/")
        var found: String?
        while found == nil, place.path != "/" {
            place.deleteLastPathComponent()
            let folder = place.appendingPathComponent("scripts/requirements").path
            if FileManager.default.fileExists(atPath: folder + "/libtorch.txt") { found = folder }
        }
        return WheelFiles(folder: UserCache.folder + "/wheels", requirements: found)
    }

    /// Reads all of the wheels' bytes.
    var finding: Finding { .of("wheels", check) }

    private func check() throws -> Finding {
        guard let requirements else {
            return .ok("wheels", "not looked at: no scripts/requirements above the program")
        }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        var count = 0
        var wrong: [String] = []
        for file in ["libtorch.txt", "cuda.txt"] {
            for (start, digest) in try Self.pins(in: requirements + "/" + file) {
                for name in names.sorted() where name.hasPrefix(start) && name.hasSuffix(".whl") {
                    count += 1
                    if try Expectation.digest(of: folder + "/" + name) != digest {
                        wrong.append(name)
                    }
                }
            }
        }
        guard wrong.isEmpty else {
            return .failed(
                "wheels",
                "\(folder): \(wrong.count) of \(count) have another hash than scripts/requirements "
                    + "says: \(wrong.joined(separator: ", "))",
                remedy: "remove them; scripts/setup fetches them again")
        }
        return .ok(
            "wheels",
            count == 0
                ? "\(folder): none is kept"
                : "\(folder): \(count) wheels, all as scripts/requirements says")
    }

    /// The prefix of a wheel's file name, and its hash: `torch==2.11.0 --hash=sha256:…` is
    /// `torch-2.11.0-`.
    private static func pins(in path: String) throws -> [(start: String, digest: String)] {
        guard let lines = try FileFormat.text.lines(of: path) else {
            throw FileError(path: path, problem: "cannot be read")
        }
        return try lines.map { try $0.text() }
            .compactMap { line in
                let words = line.split(separator: " ")
                let mark = "--hash=sha256:"
                guard words.count >= 2, words[1].hasPrefix(mark) else { return nil }
                let parts = words[0].split(separator: "=")
                guard parts.count == 2 else { return nil }
                return (
                    "\(parts[0].replacing("-", with: "_"))-\(parts[1])-",
                    String(words[1].dropFirst(mark.count))
                )
            }
    }
}
