import Foundation
import TestSupport
import Testing
import Transformer

/// Models in the Hugging Face hub's local cache.
@Suite struct HubCacheTests {
    private static let commit = "0123456789abcdef0123456789abcdef01234567"

    /// A cache with one model, whose files are links as the hub's tools make them.
    private func withCache(
        commit: String = commit, hasConfig: Bool = true, _ body: (HubCache) throws -> Void
    ) throws {
        try Fixture.withTemporaryFolder { folder in
            let manager = FileManager.default
            let model = folder + "/models--Org--Small-1.5B"
            let snapshot = "\(model)/snapshots/\(Self.commit)"
            for place in [model + "/refs", model + "/blobs", snapshot] {
                try manager.createDirectory(atPath: place, withIntermediateDirectories: true)
            }
            try (commit + "\n").write(
                toFile: model + "/refs/main", atomically: false, encoding: .utf8)
            if hasConfig {
                try manager.copyItem(
                    atPath: Fixture.golden + "/tiny/checkpoint/config.json",
                    toPath: model + "/blobs/1")
                try manager.createSymbolicLink(
                    atPath: snapshot + "/config.json", withDestinationPath: "../../blobs/1")
            }
            try body(HubCache(folder: folder))
        }
    }

    @Test func `ORG and NAME mean the snapshot of the branch main`() throws {
        try withCache { cache in
            let folder = try cache.modelFolder("Org/Small-1.5B")
            #expect(
                folder == "\(cache.folder)/models--Org--Small-1.5B/snapshots/\(Self.commit)")
            #expect(try Checkpoint(folder: folder).configuration.family == .qwen2)
        }
    }

    @Test func `without refs the only snapshot is taken, and of several none`() throws {
        try withCache { cache in
            let model = cache.folder + "/models--Org--Small-1.5B"
            try FileManager.default.removeItem(atPath: model + "/refs")
            let only = "\(model)/snapshots/\(Self.commit)"
            // What is no commit is no snapshot.
            try FileManager.default.createDirectory(
                atPath: model + "/snapshots/.tmp", withIntermediateDirectories: true)
            #expect(try cache.modelFolder("Org/Small-1.5B") == only)
            let other = "fedcba98"
            try FileManager.default.copyItem(atPath: only, toPath: "\(model)/snapshots/\(other)")
            expectRefusal(
                "\(model)/snapshots: has the snapshots \(Self.commit), \(other), and no refs/main "
                    + "that says which one is current; name the folder of one, or fetch the "
                    + "current one by: hf download Org/Small-1.5B"
            ) { try cache.modelFolder("Org/Small-1.5B") }
            try FileManager.default.removeItem(atPath: model + "/snapshots")
            expectRefusal(
                "Org/Small-1.5B: is no folder here and not in the hub's cache \(cache.folder); "
                    + "fetch it by: hf download Org/Small-1.5B"
            ) { try cache.modelFolder("Org/Small-1.5B") }
        }
    }

    @Test func `a model that is not there is refused with the command that fetches it`() throws {
        try withCache { cache in
            expectRefusal(
                "Org/Large: is no folder here and not in the hub's cache \(cache.folder); fetch it "
                    + "by: hf download Org/Large"
            ) { try cache.modelFolder("Org/Large") }
        }
    }

    @Test func `a snapshot without config json is refused`() throws {
        try withCache(hasConfig: false) { cache in
            let snapshot = "\(cache.folder)/models--Org--Small-1.5B/snapshots/\(Self.commit)"
            expectRefusal(
                "Org/Small-1.5B: has no config.json in the hub's cache at \(snapshot); fetch it "
                    + "by: hf download Org/Small-1.5B"
            ) { try cache.modelFolder("Org/Small-1.5B") }
        }
    }

    @Test(arguments: ["../../elsewhere", ""])
    func `a reference that is no commit leads nowhere`(reference: String) throws {
        try withCache(commit: reference) { cache in
            #expect(refusal { try cache.modelFolder("Org/Small-1.5B") } != nil)
        }
    }

    @Test(arguments: [
        "model", "./a/b", "../b", "/a/b", "a/b/c", "~/b", "a/", "/b", "a b/c", "",
    ])
    func `what is not ORG and NAME stays as it is`(word: String) throws {
        try withCache { try #expect($0.modelFolder(word) == word) }
    }

    @Test func `a folder that is here wins`() throws {
        let place = "hub-cache-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: place + "/model", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: place) }
        try withCache { try #expect($0.modelFolder(place + "/model") == place + "/model") }
    }

    @Test func `the environment says where the cache is`() {
        let home = NSHomeDirectory()
        let cases: [([String: String], String)] = [
            (["HF_HUB_CACHE": "/c", "HF_HOME": "/h", "XDG_CACHE_HOME": "/x"], "/c"),
            (["HF_HUB_CACHE": "/c", "HUGGINGFACE_HUB_CACHE": "/o"], "/c"),
            (["HUGGINGFACE_HUB_CACHE": "/o", "HF_HOME": "/h"], "/o"),
            (["HF_HUB_CACHE": "", "HUGGINGFACE_HUB_CACHE": "~/o"], home + "/o"),
            (["HF_HOME": "/h", "XDG_CACHE_HOME": "/x"], "/h/hub"),
            (["HF_HOME": "$A/${B}/$C", "A": "/a", "B": "b"], "/a/b/$C/hub"),
            (["HF_HUB_CACHE": "~/$A", "A": "a"], home + "/a"),
            (["HF_HUB_CACHE": "", "HF_HOME": "~/h"], home + "/h/hub"),
            (["XDG_CACHE_HOME": "/x"], "/x/huggingface/hub"),
            ([:], home + "/.cache/huggingface/hub"),
        ]
        for (environment, folder) in cases {
            #expect(HubCache(environment: environment).folder == folder)
        }
    }
}
