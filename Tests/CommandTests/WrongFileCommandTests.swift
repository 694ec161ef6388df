import Basics
import Foundation
import TestSupport
import Testing

/// Files that are no more than their names, given to the commands that read them.
@Suite struct WrongFileCommandTests {
    private static let pointer = Data(
        """
        version https://git-lfs.github.com/spec/v1
        oid sha256:ff208332ee07c8e0538cc753e9b4a0ee6c42b191f878aa21bae2e667fa9c725b
        size 1976163472

        """.utf8)
    private static let pull =
        "run git lfs pull in its folder, or download the file (hf download)"
    private static let pageRemedy =
        "download the file itself (hf download, or the address with /resolve/ in place of /blob/)"
    private static let linkRemedy =
        "the file that it led to is needed: download it again (hf download), or copy the folder with "
        + "the files that its links name (cp -L)"
    private static let pickleRemedy =
        "a pickle can run code when it is read and is never opened; convert it by "
        + "safetensors.torch.save_file"
    private static let convert =
        "which is not read (convert it by safetensors.torch.save_file, or download the checkpoint's "
        + "safetensors)"

    /// Copies of a whole model `m`, of an adapter `a` and of a data folder `d`, to spoil.
    private func withFiles(_ body: (String) throws -> Void) throws {
        try Fixture.withTemporaryFolder { folder in
            let manager = FileManager.default
            let golden = Fixture.golden + "/tiny"
            for (source, name) in [
                (golden + "/checkpoint", "m"), (golden + "/runs/v/adapter_init", "a"),
                (Fixture.pocket + "/mmlu", "d"),
            ] { try manager.copyItem(atPath: source, toPath: folder + "/" + name) }
            try manager.copyItem(
                atPath: Fixture.repository.path + "/Tests/Fixtures/tokenizer/split.json",
                toPath: folder + "/m/tokenizer.json")
            try body(folder)
        }
    }

    private func expectRefusal(
        _ words: String, _ arguments: [String], status: Int32 = 1, input: String = "a\n",
        _ spoil: (String) throws -> Void, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try withFiles { folder in
            try spoil(folder)
            let ending = try Program.run(arguments, in: folder, input: input)
            #expect(ending.status == status, sourceLocation: sourceLocation)
            // Tokenizers and tables are named by their absolute paths.
            #expect(
                ending.lastError.replacing(folder + "/", with: "") == "Error: " + words,
                sourceLocation: sourceLocation)
        }
    }

    private func put(_ data: Data, _ path: String) throws {
        try? FileManager.default.removeItem(atPath: path)
        try data.write(to: URL(fileURLWithPath: path))
    }

    private func link(_ path: String) throws {
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createSymbolicLink(
            atPath: path, withDestinationPath: "../../blobs/0a1b2c")
    }

    /// A file, who reads it, and what it should have been.
    private static let readers:
        [(file: String, title: String, arguments: [String], status: Int32)] =
            [
                ("m/model.safetensors", "a safetensors file", ["inspect", "m"], 1),
                ("m/config.json", "a JSON file", ["inspect", "m"], 1),
                ("m/tokenizer.json", "a JSON file", ["tokenize", "--model", "m"], 1),
                ("m/tokenizer_config.json", "a JSON file", ["tokenize", "--model", "m"], 1),
                ("m/tokenizer.model", "a SentencePiece model", ["tokenize", "--model", "m"], 1),
                ("a/adapter_config.json", "a JSON file", ["inspect", "a"], 1),
                ("a/adapter_model.safetensors", "a safetensors file", ["inspect", "a"], 1),
                (
                    "d/test/astronomy_test.csv", "a CSV file",
                    ["eval", "--data", "d", "--limit", "1", "--store", "none", "--output", "r"], 1
                ),
                (
                    "x.jsonl", "a file of JSON lines",
                    [
                        "train", "--model", "m", "--target", "V", "--examples", "x.jsonl",
                        "--store",
                        "none", "--output", "r",
                    ], 1
                ),
                ("p.csv", "a CSV file", ["results", "import", "p.csv"], 1),
                (
                    "c.yaml", "a YAML file",
                    ["eval", "--config", "c.yaml", "--store", "none", "--output", "r"], 64
                ),
            ]

    @Test func `a Git LFS pointer is called so wherever a file is read`() throws {
        for reader in Self.readers {
            let option = reader.file == "c.yaml" ? "--config " : ""
            try expectRefusal(
                "\(option)\(reader.file): is a Git LFS pointer to 1976163472 bytes, not the file "
                    + "itself; \(reader.title) is needed: \(Self.pull)",
                reader.arguments, status: reader.status
            ) { try put(Self.pointer, $0 + "/" + reader.file) }
        }
    }

    @Test func `a page of HTML is called so wherever a file is read`() throws {
        for reader in Self.readers {
            let option = reader.file == "c.yaml" ? "--config " : ""
            try expectRefusal(
                "\(option)\(reader.file): is an HTML page; \(reader.title) is needed: "
                    + Self.pageRemedy, reader.arguments, status: reader.status
            ) { try put(Data("<!doctype html><html>".utf8), $0 + "/" + reader.file) }
        }
    }

    @Test func `a link of a hub's cache that leads nowhere is named with its target`() throws {
        for reader in Self.readers where !["x.jsonl", "p.csv", "c.yaml"].contains(reader.file) {
            try expectRefusal(
                "\(reader.file): is a link to '../../blobs/0a1b2c', which is not there; "
                    + Self.linkRemedy, reader.arguments, status: reader.status
            ) {
                try put(Data(), $0 + "/" + reader.file)
                try link($0 + "/" + reader.file)
            }
        }
    }

    @Test func `an empty file is called empty`() throws {
        for reader in Self.readers where !["x.jsonl", "c.yaml"].contains(reader.file) {
            try expectRefusal(
                "\(reader.file): is empty; \(reader.title) is needed: copy or download the file again",
                reader.arguments, status: reader.status
            ) { try put(Data(), $0 + "/" + reader.file) }
        }
        try expectRefusal("x.jsonl: has no lines", Self.readers[8].arguments) {
            try put(Data(), $0 + "/x.jsonl")
        }
    }

    @Test func `weights in other formats are named`() throws {
        let needed = "; model.safetensors or model.safetensors.index.json is needed"
        for (name, format) in [
            ("pytorch_model.bin", "a pickle of PyTorch"),
            ("pytorch_model-00001-of-00002.bin", "a pickle of PyTorch"),
            ("model-q4_k_m.gguf", "in the GGUF format of llama.cpp"),
            ("weights.npz", "in NumPy's format"),
        ] {
            let words = "'\(name)' is \(format), \(Self.convert)"
            try expectRefusal("m: has no weights: \(words)\(needed)", ["inspect", "m"]) {
                try FileManager.default.moveItem(
                    atPath: $0 + "/m/model.safetensors", toPath: $0 + "/m/" + name)
                try put(Data("{}".utf8), $0 + "/m/training_args.bin")
            }
        }
        try expectRefusal(
            "m: is not a model folder: it has no config.json: 'a.gguf' is in the GGUF format of "
                + "llama.cpp, \(Self.convert); a folder with config.json and model.safetensors is "
                + "needed", ["inspect", "m"]
        ) {
            try FileManager.default.removeItem(atPath: $0 + "/m")
            try FileManager.default.createDirectory(
                atPath: $0 + "/m", withIntermediateDirectories: false)
            try put(Data("GGUF".utf8), $0 + "/m/a.gguf")
        }
        try expectRefusal(
            "a: has no adapter_model.safetensors: 'adapter_model.bin' is a pickle of PyTorch, "
                + "\(Self.convert); an adapter in PEFT's format, with safetensors, is needed",
            ["inspect", "a"]
        ) {
            try FileManager.default.moveItem(
                atPath: $0 + "/a/adapter_model.safetensors", toPath: $0 + "/a/adapter_model.bin")
        }
    }

    @Test func `a file of weights in another format is named`() throws {
        let gguf = Data("GGUF".utf8) + Data([3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0])
        try expectRefusal(
            "q.gguf: is a GGUF file, the format of llama.cpp; a safetensors file is needed: download "
                + "the checkpoint that it was made from, in Hugging Face's format",
            ["inspect", "q.gguf"]
        ) { try put(gguf, $0 + "/q.gguf") }
        let pickle = Data([0x80, 0x02, 0x7D, 0x71, 0x00, 0x58, 0x01, 0, 0, 0, 0x61, 0x71, 0x01])
        try expectRefusal(
            "m/model.safetensors: is a pickle; a safetensors file is needed: \(Self.pickleRemedy)",
            ["inspect", "m"]
        ) { try put(pickle, $0 + "/m/model.safetensors") }
    }

    @Test func `quantised weights are named with their method`() throws {
        let needed =
            ", which is not implemented; a dense checkpoint in 16 or 32 bits is needed: download the "
            + "one that it was quantised from"
        for (field, words) in [
            ("\"quantization\": {\"group_size\": 64, \"bits\": 4}", "MLX to 4 bits"),
            ("\"quantization_config\": {\"quant_method\": \"awq\", \"bits\": 4}", "awq to 4 bits"),
            (
                "\"quantization_config\": {\"quant_method\": \"bitsandbytes\", \"load_in_4bit\": true}",
                "bitsandbytes to 4 bits"
            ),
            ("\"quantization_config\": {\"quant_method\": \"fp8\"}", "fp8"),
        ] {
            try expectRefusal(
                "m/config.json: has weights quantised by \(words)\(needed)", ["inspect", "m"]
            ) {
                let path = $0 + "/m/config.json"
                let text = try String(contentsOfFile: path, encoding: .utf8)
                try put(
                    Data(text.replacing("{", with: "{\(field), ", maxReplacements: 1).utf8), path)
            }
        }
    }

    @Test func `a number that is none is named with its place`() throws {
        let none = "is no number in JSON; a finite number or null is needed"
        try expectRefusal(
            "m/config.json: is not a JSON object: line 2, column 8: Infinity \(none)",
            ["inspect", "m"]
        ) { try put(Data("{\"a\": 1,\n  \"b\": Infinity}".utf8), $0 + "/m/config.json") }
        try expectRefusal(
            "a/adapter_config.json: is not a JSON object: line 1, column 16: NaN \(none)",
            ["inspect", "a"]
        ) { try put(Data("{\"lora_alpha\": NaN}".utf8), $0 + "/a/adapter_config.json") }
        try withFiles { folder in
            try put(Data("{\"version\": \"1.0\",\n\"x\": NaN}".utf8), folder + "/m/tokenizer.json")
            let ending = try Program.run(["tokenize", "--model", "m"], in: folder, input: "a\n")
            #expect(ending.status == 1)
            #expect(
                ending.errors.contains("line 2, column 6: NaN \(none)"),
                "\(ending.errors)")
        }
        try expectRefusal(
            "x.jsonl, line 2: is not JSON: in column 16 NaN \(none); one JSON value a line is needed",
            Self.readers[8].arguments
        ) {
            try put(
                Data("{\"input_ids\": [5, 6]}\n{\"input_ids\": [NaN]}\n".utf8), $0 + "/x.jsonl")
        }
    }

    @Test func `archives and UTF-16 in the place of a table are named`() throws {
        let file = "d/test/astronomy_test.csv"
        let arguments = Self.readers[7].arguments
        try expectRefusal(
            "\(file): is a gzip archive; a CSV file is needed: unpack it, or write it as text",
            arguments
        ) { try put(Data([0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 3]), $0 + "/" + file) }
        try expectRefusal(
            "\(file): is text in UTF-16; a CSV file is needed: convert it to UTF-8 (iconv -f UTF-16 -t "
                + "UTF-8)", arguments
        ) {
            try put(try #require("q,a,b,c,d,A\n".data(using: .utf16)), $0 + "/" + file)
        }
        try expectRefusal(
            "p.csv: is a Parquet file; a CSV file is needed: unpack it, or write it as text",
            ["results", "import", "p.csv"]
        ) { try put(Data("PAR1".utf8) + Data([0x15, 4, 0x15]), $0 + "/p.csv") }
    }
}
