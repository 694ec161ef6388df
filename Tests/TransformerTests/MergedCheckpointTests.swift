import Foundation
import TestSupport
import Testing
import Torch
import Transformer

/// Checkpoints with an adapter added.
@Suite struct MergedCheckpointTests {
    private static let tiny = Fixture.golden + "/tiny"
    private static let untied = Fixture.golden + "/tiny-untied"

    private func logits(_ folder: String, adapter: String? = nil) throws -> Tensor {
        let decoder = try Checkpoint(folder: folder).load(dtype: .float32, device: .cpu)
        if let adapter { try AdapterFiles.read(from: adapter, onto: decoder) }
        return try withoutGradient { try decoder.logits(PackedForest(roots: [[1, 5, 9, 2]])) }
    }

    /// An adapter on V and down of a checkpoint.
    private func makeAdapter(of checkpoint: String, in folder: String) throws {
        let decoder = try Checkpoint(folder: checkpoint).load(dtype: .float32, device: .cpu)
        let settings = LoRASettings(targets: [.v, .down], rank: 2)
        let generator = try Generator(seed: 3)
        try decoder.attachAdapters(settings, using: generator)
        for placed in decoder.adapters {
            try placed.adapter.b.fillNormal(deviation: 0.2, using: generator)
        }
        try AdapterFiles.write(decoder, settings: settings, baseModel: checkpoint, to: folder)
    }

    /// A copy of the tiny checkpoint, stored in another type.
    private func copy(as dtype: DType, in folder: String) throws -> String {
        let source = folder + "/source"
        try FileManager.default.copyItem(atPath: Self.tiny + "/checkpoint", toPath: source)
        try JSON.edit(source + "/config.json", ["dtype": dtype.rawValue])
        try SafetensorsFile.edit(source + "/model.safetensors") {
            for (name, tensor) in $0 { $0[name] = try tensor.converted(to: dtype) }
        }
        return source
    }

    @Test func `the merged folder gives the adapted model's logits`() throws {
        try Fixture.withTemporaryFolder { folder in
            let source = try copy(as: .float32, in: folder)
            let merged = folder + "/new/merged/"
            try MergedCheckpoint.write(
                Checkpoint(folder: source), adapter: Self.tiny + "/adapter", to: merged)
            try expectClose(
                logits(merged), logits(source, adapter: Self.tiny + "/adapter"), .absolute(2e-5))
            let manager = FileManager.default
            let names = try manager.contentsOfDirectory(atPath: merged)
            #expect(names.sorted() == ["config.json", "model.safetensors"])
            #expect(try manager.contentsOfDirectory(atPath: folder + "/new") == ["merged"])
            #expect(
                manager.contentsEqual(
                    atPath: source + "/config.json", andPath: merged + "/config.json"))
        }
    }

    @Test func `shards stay shards, and other weights stay as they are`() throws {
        try Fixture.withTemporaryFolder { folder in
            let source = Self.untied + "/checkpoint"
            try makeAdapter(of: source, in: folder + "/adapter")
            let merged = folder + "/merged"
            try FileManager.default.createDirectory(
                atPath: merged, withIntermediateDirectories: true)
            try MergedCheckpoint.write(
                Checkpoint(folder: source), adapter: folder + "/adapter", to: merged)
            let names = try FileManager.default.contentsOfDirectory(atPath: source).sorted()
            #expect(try FileManager.default.contentsOfDirectory(atPath: merged).sorted() == names)
            try expectClose(
                logits(merged), logits(source, adapter: folder + "/adapter"), .absolute(2e-5))
            for name in names where name.hasSuffix(".safetensors") {
                let before = try SafetensorsFile(path: source + "/" + name)
                let after = try SafetensorsFile(path: merged + "/" + name)
                #expect(after.metadata == before.metadata)
                #expect(after.entries.mapValues(\.shape) == before.entries.mapValues(\.shape))
                for tensor in before.entries.keys {
                    let same =
                        try before.tensor(tensor).bytes() == after.tensor(tensor).bytes()
                    let isAdapted = tensor.contains("v_proj.weight") || tensor.contains("down_proj")
                    #expect(same == !isAdapted, "\(tensor)")
                }
            }
        }
    }

    @Test(arguments: [DType.bfloat16, .float16])
    func `arithmetic is float32, then rounded to the stored type`(dtype: DType) throws {
        try Fixture.withTemporaryFolder { folder in
            let source = try copy(as: dtype, in: folder)
            try "{}".write(
                toFile: source + "/tokenizer.json", atomically: false, encoding: .utf8)
            try "x".write(toFile: source + "/README.md", atomically: false, encoding: .utf8)
            let adapter = Self.tiny + "/adapter"
            try MergedCheckpoint.write(
                Checkpoint(folder: source), adapter: adapter, to: folder + "/merged")
            let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/merged")
            #expect(names.sorted() == ["config.json", "model.safetensors", "tokenizer.json"])
            let name = "model.layers.1.self_attn.o_proj"
            let parts = try SafetensorsFile(path: adapter + "/adapter_model.safetensors")
            func part(_ letter: String) throws -> Tensor {
                try parts.tensor("base_model.model.\(name).lora_\(letter).weight")
            }
            let before = try SafetensorsFile(path: source + "/model.safetensors")
                .tensor(name + ".weight").converted(to: .float32)
            let expected = try (before + part("B").matmul(part("A")) * 2).converted(to: dtype)
            let after = try SafetensorsFile(path: folder + "/merged/model.safetensors")
                .tensor(name + ".weight")
            #expect(after.dtype == dtype)
            try expectClose(after, expected, .exact)
        }
    }

    @Test func `an output in use is refused and keeps what it has`() throws {
        try Fixture.withTemporaryFolder { folder in
            let checkpoint = try Checkpoint(folder: Self.tiny + "/checkpoint")
            try "x".write(toFile: folder + "/a", atomically: false, encoding: .utf8)
            expectRefusal(
                "\(folder): is in use: it holds 'a'; name a new or empty folder by --output"
            ) {
                try MergedCheckpoint.write(checkpoint, adapter: Self.tiny + "/adapter", to: folder)
            }
            expectRefusal("\(folder)/a: is not a folder; name a new one by --output") {
                try MergedCheckpoint.write(
                    checkpoint, adapter: Self.tiny + "/adapter", to: folder + "/a")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a"])
        }
    }

    private func merge(_ source: String, to folder: String) throws {
        try MergedCheckpoint.write(
            Checkpoint(folder: source), adapter: Self.tiny + "/adapter", to: folder)
    }

    @Test(arguments: ["tokenizer.json", "LICENSE", "model.safetensors", "config.json"])
    func `a link out of the folder is not copied`(name: String) throws {
        try Fixture.withTemporaryFolder { folder in
            let source = try copy(as: .float32, in: folder)
            // The right contents, elsewhere: nothing but the link is wrong.
            let secret = folder + "/secret"
            if !FileManager.default.fileExists(atPath: source + "/" + name) {
                try "private".write(
                    toFile: source + "/" + name, atomically: false, encoding: .utf8)
            }
            try FileManager.default.moveItem(atPath: source + "/" + name, toPath: secret)
            for target in [secret, "../secret"] {
                unlink(source + "/" + name)
                symlink(target, source + "/" + name)
                expectRefusal(
                    "\(source)/\(name): is a link that leads out of the model's folder; a merged model "
                        + "is made of the folder's own files, or of the hub's cache: put a copy of the "
                        + "file in its place (cp -L)"
                ) { try merge(source, to: folder + "/merged") }
            }
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
                    == ["secret", "source"])
        }
    }

    @Test func `links of the hub's cache and inside the folder are followed, and modes kept`()
        throws
    {
        try Fixture.withTemporaryFolder { folder in
            let manager = FileManager.default
            let source = try copy(as: .float32, in: folder)
            let model = folder + "/models--Org--Tiny"
            let snapshot = model + "/snapshots/0123abc"
            for made in [model + "/blobs", snapshot] {
                try manager.createDirectory(atPath: made, withIntermediateDirectories: true)
            }
            for name in ["config.json", "model.safetensors"] {
                try manager.moveItem(
                    atPath: source + "/" + name, toPath: model + "/blobs/hash-of-" + name)
                symlink("../../blobs/hash-of-" + name, snapshot + "/" + name)
            }
            chmod(model + "/blobs/hash-of-config.json", 0o640)
            try "text".write(
                toFile: snapshot + "/LICENSE.txt", atomically: false, encoding: .utf8)
            symlink("LICENSE.txt", snapshot + "/LICENSE")
            symlink(snapshot, folder + "/named")
            try merge(folder + "/named", to: folder + "/merged")
            let merged = folder + "/merged/"
            #expect(
                try manager.contentsOfDirectory(atPath: merged).sorted()
                    == ["LICENSE", "LICENSE.txt", "config.json", "model.safetensors"])
            #expect(try String(contentsOfFile: merged + "LICENSE", encoding: .utf8) == "text")
            var status = stat()
            #expect(lstat(merged + "config.json", &status) == 0)
            #expect(status.st_mode & 0o7777 == 0o640 && status.st_mode & S_IFMT == S_IFREG)
            // A cache whose folder of blobs leads elsewhere is none of the hub's.
            try manager.moveItem(atPath: model + "/blobs", toPath: folder + "/elsewhere")
            symlink(folder + "/elsewhere", model + "/blobs")
            let words = refusal { try merge(snapshot, to: folder + "/other") }
            #expect(words?.contains(": is a link that leads out of the model's folder; ") == true)
        }
    }

    @Test func `a pipe is no file of a model`() throws {
        try Fixture.withTemporaryFolder { folder in
            let source = try copy(as: .float32, in: folder)
            mkfifo(source + "/tokenizer.json", 0o600)
            let words = refusal { try merge(source, to: folder + "/merged") }
            #expect(words?.contains("/tokenizer.json: is a FIFO; ") == true)
        }
    }

    @Test func `a weight too large for its type is refused and nothing is left`() throws {
        try Fixture.withTemporaryFolder { folder in
            let source = try copy(as: .float16, in: folder)
            try FileManager.default.copyItem(
                atPath: Self.tiny + "/adapter", toPath: folder + "/adapter")
            let key = "base_model.model.model.layers.1.self_attn.v_proj.lora_B.weight"
            try SafetensorsFile.edit(folder + "/adapter/adapter_model.safetensors") {
                try $0[key]?.fill(1e9)
            }
            expectRefusal(
                "\(source)/model.safetensors: 'model.layers.1.self_attn.v_proj.weight' with the "
                    + "adapter is too large for float16; a checkpoint stored as bfloat16 or "
                    + "float32 is needed"
            ) {
                try MergedCheckpoint.write(
                    Checkpoint(folder: source), adapter: folder + "/adapter",
                    to: folder + "/merged")
            }
            let decoder = try Checkpoint(folder: source).load(dtype: .float16, device: .cpu)
            try AdapterFiles.read(from: folder + "/adapter", onto: decoder)
            expectRefusal("merging an adapter: a weight of v_proj is too large for float16") {
                try decoder.mergeAdapters()
            }
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
                    == ["adapter", "source"])
        }
    }
}
