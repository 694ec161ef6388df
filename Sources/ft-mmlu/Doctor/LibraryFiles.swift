import Basics
import Foundation
import Torch

/// The files of libtorch and of CUDA's libraries next to it, as wheels install them.
///
/// A wheel's `RECORD` has a line for each of its files: path, hash, size. Source: PyPA, "Recording
/// installed projects".
struct LibraryFiles {
    /// The folder that contains `torch`, `nvidia`, and `torch-2.11.0.dist-info` with its RECORD.
    let folder: String

    /// The files that this process has loaded.
    static var loaded: LibraryFiles? {
        // …/torch/lib/libtorch_cpu.so
        Libtorch.path.map { path in
            let library = URL(fileURLWithPath: path).resolvingSymlinksInPath()
            return LibraryFiles(
                folder: library.deletingLastPathComponent().deletingLastPathComponent()
                    .deletingLastPathComponent().path)
        }
    }

    /// The folders that the program loads from and is built with; the rest of torch is Python.
    private static let used = ["torch/lib/", "torch/include/", "nvidia/"]

    /// Compares every file with its RECORD; reads all of the bytes.
    var finding: Finding { .of("libraries", check) }

    private func check() throws -> Finding {
        let records = try self.records()
        guard records.contains(where: { $0.hasPrefix("torch-") }) else {
            return .warning(
                "libraries", "\(folder): has no RECORD of torch, so its files cannot be verified",
                remedy: "compare them with a download of your own, or unset LIBTORCH and run "
                    + "scripts/setup")
        }
        var expected: [String: Expectation] = [:]
        for record in records {
            for line in try lines(of: "\(folder)/\(record)/RECORD") {
                guard let (path, expectation) = Expectation.of(line: line),
                    Self.used.contains(where: path.hasPrefix) || path.hasPrefix(record + "/")
                else { continue }
                expected[path] = expectation
            }
        }
        var wrong: [String] = []
        for (path, expectation) in expected.sorted(by: { $0.key < $1.key }) {
            if let problem = try expectation.problem(of: folder + "/" + path) {
                wrong.append("\(path) \(problem)")
            }
        }
        for path in strays(among: expected) { wrong.append("\(path) is in no RECORD") }
        let megabytes = Size.text(expected.values.reduce(0) { $0 + $1.size })
        let all = "\(folder): \(expected.count) files of \(records.count) wheels, \(megabytes)"
        guard wrong.isEmpty else {
            let rest = wrong.count - Self.namesShown
            return .failed(
                "libraries",
                "\(all): \(wrong.count) are not as RECORD says: "
                    + wrong.prefix(Self.namesShown).joined(separator: ", ")
                    + (rest > 0 ? " and \(rest) more" : ""),
                remedy: "remove the folder and run scripts/setup again; if it was not you who "
                    + "changed them, ask who did")
        }
        return .ok("libraries", "\(all): all as RECORD says")
    }

    private static let namesShown = 5

    /// The folders of RECORDs, in the order of their names.
    private func records() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted().filter { name in
            name.hasSuffix(".dist-info") && ["torch-", "nvidia_"].contains(where: name.hasPrefix)
                && FileManager.default.fileExists(atPath: "\(folder)/\(name)/RECORD")
        }
    }

    private func lines(of path: String) throws -> [String] {
        guard let lines = try FileFormat.text.lines(of: path) else {
            throw FileError(path: path, problem: "cannot be read")
        }
        return try lines.map { try $0.text() }
    }

    /// Files that are in no RECORD, in the folders where libraries are looked for.
    private func strays(among expected: [String: Expectation]) -> [String] {
        Self.used.flatMap { part -> [String] in
            let names =
                FileManager.default.enumerator(atPath: folder + "/" + part)?
                .compactMap { $0 as? String } ?? []
            return names.map { part + $0 }.filter { path in
                var status = stat()
                return expected[path] == nil && !path.contains("__pycache__")
                    && lstat(folder + "/" + path, &status) == 0
                    && status.st_mode & S_IFMT != S_IFDIR
            }
        }.sorted()
    }
}
