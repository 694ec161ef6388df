import Foundation
import TestSupport
import Testing
import Transformer

@testable import Experiments

@Suite struct ModelSettingsTests {
    @Test func `a model of the hub is found in its cache and keeps the user's word`() throws {
        try Fixture.withTemporaryFolder { folder in
            let model = folder + "/models--Org--Small"
            let snapshot = model + "/snapshots/0a1b"
            for place in [model + "/refs", snapshot] {
                try FileManager.default.createDirectory(
                    atPath: place, withIntermediateDirectories: true)
            }
            try "0a1b".write(toFile: model + "/refs/main", atomically: false, encoding: .utf8)
            try "{}".write(
                toFile: snapshot + "/config.json", atomically: false, encoding: .utf8)
            var config = ModelConfig()
            config.model = "Org/Small"
            let settings = try ModelSettings(
                config, world: nil, cache: HubCache(folder: folder))
            #expect(settings.folder == snapshot)
            #expect(settings.name == "Org/Small")
            #expect(settings.record.first { $0.0 == "model" }?.1.line == "\"Org/Small\"")
        }
    }
}
