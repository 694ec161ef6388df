import Benchmarks
import Foundation
import Pocket
import TestSupport
import Testing

@Suite struct WorldFilesTests {
    @Test func `two generations are the same byte for byte`() throws {
        try withTemporaryFolder { folder in
            let (first, second) = (folder.appending(path: "a"), folder.appending(path: "b/c"))
            try WorldFiles(World(seed: 7)).write(to: first)
            try WorldFiles(World(seed: 7)).write(to: second)
            let paths = try FileManager.default.subpathsOfDirectory(atPath: first.path).sorted()
            #expect(
                try FileManager.default.subpathsOfDirectory(atPath: second.path).sorted() == paths)
            for path in paths where !path.hasSuffix("mmlu") && path.contains(".") {
                let bytes = try Data(contentsOf: first.appending(path: path))
                #expect(try Data(contentsOf: second.appending(path: path)) == bytes, "\(path)")
            }
            #expect(paths.count { $0.hasSuffix(".csv") } == 16 * 3)
        }
    }

    @Test func `the files read as the world's questions`() throws {
        try withTemporaryFolder { folder in
            try WorldFiles(PocketWorld.world).write(to: folder)
            let data = MMLU(folder: folder.appending(path: "mmlu"))
            for split in Split.allCases {
                #expect(
                    try Set(data.subjects(in: split)) == Set(PocketWorld.world.subjects.map(\.name))
                )
                for subject in PocketWorld.world.subjects {
                    let expected = PocketWorld.world.rows(of: subject.name, in: split).map(
                        \.question)
                    #expect(try data.questions(of: subject.name, in: split) == expected)
                }
            }
        }
    }

    @Test func `the rationales read as the world's, one for every row`() throws {
        try withTemporaryFolder { folder in
            try WorldFiles(PocketWorld.world).write(to: folder)
            let rows = try RationaleFile.read(folder.appending(path: "rationales.jsonl"))
            let expected = PocketWorld.world.rows.map {
                RationaleRow(
                    question: $0.question, rationale: $0.rationale, teacher: "pocket",
                    accepted: true)
            }
            #expect(rows == expected)
        }
    }

    @Test func `the first files say just this`() throws {
        let files = try WorldFiles(World(seed: 0)).files
        let config = try #require(files.first { $0.path == "tokenizer_config.json" })
        let fields = try #require(
            try JSONSerialization.jsonObject(with: config.bytes) as? [String: Any])
        #expect(fields["tokenizer_class"] as? String == "LlamaTokenizer")
        #expect(fields["legacy"] as? Bool == false)
        #expect(fields["eos_token"] as? String == "</s>")
        #expect(fields["bos_token"] is NSNull)
        let rationales = try #require(files.first { $0.path == "rationales.jsonl" })
        let row = try #require(PocketWorld.world.rows.first)
        let choices = row.question.choices.map { "\"\($0)\"" }.joined(separator: ", ")
        let line =
            #"{"subject": "philosophy", "split": "dev", "row": 0, "question": "#
            + "\"\(row.question.question)\", \"choices\": [\(choices)], "
            + "\"answer\": \"\(row.question.answer.rawValue)\", "
            + "\"rationale\": \"\(row.rationale)\", \"teacher\": \"pocket\", \"accepted\": true}\n"
        #expect(rationales.bytes.starts(with: Data(line.utf8)))
    }

    @Test func `a folder that holds something is refused and left alone`() throws {
        try withTemporaryFolder { folder in
            try Data("mine".utf8).write(to: folder.appending(path: "notes.txt"))
            let words = refusal { try WorldFiles(PocketWorld.world).write(to: folder) }
            #expect(
                words == "\(folder.path): has 'notes.txt' in it; a new or empty folder is needed")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
        }
    }

    @Test func `a file in the folder's place is refused`() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "world")
            try Data("mine".utf8).write(to: file)
            let words = refusal { try WorldFiles(PocketWorld.world).write(to: file) }
            #expect(
                words == "\(file.path): is a file; a new or empty folder is needed")
        }
    }
}
