import Basics
import Foundation
import TestSupport
import Testing
import Tracking

@testable import Experiments

/// Folders of runs and studies that came from strangers.
@Suite struct StrangeFolderTests {
    private func refused(_ config: String) throws -> String? {
        try Fixture.withTemporaryFolder { folder in
            try config.write(toFile: folder + "/config.yaml", atomically: false, encoding: .utf8)
            let words = refusal(of: { try RunDirectory.values(in: folder) })
            let path = folder + "/config.yaml: "
            return words.map { $0.hasPrefix(path) ? String($0.dropFirst(path.count)) : $0 }
        }
    }

    @Test(arguments: [
        ("target: \"V`id`\"", "target V`id`: there is no projection 'v`id`'"),
        ("targets: [\"V\", \"'x'\"]", "targets V,'x': there is no projection ''x''"),
        ("category: \"<b>\"", "category <b>: there is no category '<b>'"),
        ("categories: \"stem,x\"", "categories stem,x: there is no category 'x'"),
        ("prompt: \"$(id)\"", "prompt $(id): "),
        ("objective: \"zs;id\"", "objective zs;id: did you mean zs? one of zs, zs+fs is needed"),
        ("scoring: \"x\"", "scoring x: "),
        ("category-map: \"x\"", "category-map x: "),
        ("split: \"../x\"", "split ../x: "),
        ("keep: \"first\"", "keep first: "),
        (
            "data: \"a\\nb\"",
            "'data' is 'a\nb', with a control character; a text on one line is needed"
        ),
        ("model: \"a\\e[2Jb\"", "'model' is 'a\u{1B}[2Jb', with a control character"),
    ])
    func `words are read as the flags of their names`(line: String, words: String) throws {
        let found = try refused(line + "\n")
        #expect(found?.hasPrefix(words) == true, "\(found ?? "nothing")")
    }

    @Test func `what ft-mmlu writes is taken`() throws {
        let lines = [
            "target: \"QKVO\"", "category: \"stem\"", "categories: \"humanities,stem\"",
            "prompt: \"cot\"", "objective: \"zs+fs\"", "scoring: \"generate\"",
            "category-map: \"hendrycks\"", "split: \"val\"", "keep: \"best\"", "data: null",
            "model: \"models/a: b 'c' `d`\"",
        ]
        #expect(try refused(lines.joined(separator: "\n") + "\n") == nil)
        let study = "targets: [\"V\", \"q+gate\"]\ncategory: [\"stem\", \"other\"]\n"
        #expect(try refused(study) == nil)
    }

    @Test func `flags with control characters are refused`() throws {
        let words = refusal {
            try ConfigCoder.decode(
                ModelConfig(), over: ConfigLayers([.init(["model": "a\u{7}"])]))
        }
        #expect(
            words == "--model a\u{7}: has a control character; a text on one line is needed")
    }

    @Test(arguments: [
        (#""cell": "../../x""#, "has the run '../../x' of the study 's'; names of folders"),
        (#""study": "a/b""#, "has the run 'c' of the study 'a/b'; names of folders"),
        (#""family": "a\u001bb""#, "'family' is 'a\u{1B}b', with a control character"),
    ])
    func `names in run.json are those of folders, and of one line`(
        field: String, words: String
    ) throws {
        try Fixture.withTemporaryFolder { folder in
            let place = RunManifest(
                command: "train",
                place: TrialContext(study: "s", cell: "c", family: "f", role: .report),
                libtorchVersion: "2.11.0")
            try place.write(to: folder)
            let path = folder + "/run.json"
            #expect(try RunManifest.read(from: folder)?.place == place.place)
            let name = String(field.prefix { $0 != ":" })
            let text = try String(contentsOfFile: path, encoding: .utf8)
                .replacing(try Regex(name + #": "[a-z]""#), with: field)
            try text.write(toFile: path, atomically: false, encoding: .utf8)
            let found = refusal(of: { try RunManifest.read(from: folder) })
            #expect(found?.hasPrefix("\(path): \(words)") == true, "\(found ?? "nothing")")
        }
    }
}
