import Basics
import Foundation
import TestSupport
import Testing

@Suite struct SearchPathTests {
    @Test func `a program is found in the first folder that has it`() throws {
        try Fixture.withTemporaryFolder { folder in
            let manager = FileManager.default
            for (name, mode) in [("a/tool", 0o644), ("b/tool", 0o755), ("c/tool", 0o755)] {
                let path = folder + "/" + name
                try manager.createDirectory(
                    atPath: (path as NSString).deletingLastPathComponent,
                    withIntermediateDirectories: true)
                try Data().write(to: URL(fileURLWithPath: path))
                try manager.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            }
            try manager.createDirectory(
                atPath: folder + "/d/tool", withIntermediateDirectories: true)
            func found(_ names: String...) -> String? {
                SearchPath.program("tool", in: names.map { folder + "/" + $0 })
            }
            #expect(found("a", "d", "b", "c") == folder + "/b/tool")
            #expect(found("a", "d") == nil)
        }
    }

    @Test func `folders of PATH are absolute`() {
        #expect(SearchPath.folders.allSatisfy { $0.hasPrefix("/") })
    }
}
