import Foundation
import TestSupport
import Testing

@testable import TensorBoard

/// The bytes of event files, read by a parser that knows nothing of the writer.
@Suite struct EventFileTests {
    private let first = "/events.out.tfevents.0001.ft-mmlu"

    @Test func `scalars come back by step and name`() throws {
        try Fixture.withTemporaryFolder { folder in
            let before = Date().timeIntervalSince1970
            let file = try EventFile(in: folder, firstStep: 0)
            try file.append([("loss", 2.5), ("learning_rate", 0)], step: 0)
            try file.append([("loss", -0.125)], step: 300)
            let events = try ParsedEvent.all(in: folder + first)
            #expect(events.map(\.step) == [0, 0, 0, 300])
            #expect(events[0].fileVersion == "brain.Event:2")
            #expect(events[1].isStart)
            #expect(events[2].scalars == ["loss": 2.5, "learning_rate": 0])
            #expect(events[3].scalars == ["loss": -0.125])
            let after = Date().timeIntervalSince1970
            #expect(events.allSatisfy { (before...after).contains($0.wallTime) })
        }
    }

    @Test func `what is written can be read at once, and a torn end is no harm`() throws {
        try Fixture.withTemporaryFolder { folder in
            let file = try EventFile(in: folder, firstStep: 0)
            var sizes: [Int] = []
            for step in 0..<3 {
                try file.append([("loss", Double(step))], step: step)
                let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + first))
                #expect(try ParsedEvent.all(of: bytes).count == 3 + step)
                sizes.append(bytes.count)
            }
            let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + first))
            for size in sizes[1]..<sizes[2] {
                #expect(try ParsedEvent.all(of: bytes.prefix(size)).count == 4)
            }
        }
    }

    @Test func `a run that is resumed begins a new file at its step`() throws {
        try Fixture.withTemporaryFolder { folder in
            try EventFile(in: folder, firstStep: 0).append([("loss", 3)], step: 7)
            try Data().write(to: URL(fileURLWithPath: folder + "/metrics.jsonl"))
            let earlier = try Data(contentsOf: URL(fileURLWithPath: folder + first))
            try EventFile(in: folder, firstStep: 5).append([("loss", 4)], step: 5)
            #expect(try Data(contentsOf: URL(fileURLWithPath: folder + first)) == earlier)
            let events = try ParsedEvent.all(in: folder + "/events.out.tfevents.0002.ft-mmlu")
            #expect(events.map(\.step) == [0, 5, 5])
            #expect(events[1].isStart)
            #expect(events[2].scalars == ["loss": 4])
        }
    }

    private let remedy = "; a folder to write to, on a disk with free space, is needed"

    @Test func `a file with a number beyond all is no reason to stop, and no link is followed`()
        throws
    {
        try Fixture.withTemporaryFolder { folder in
            let name = folder + "/events.out.tfevents."
            try Data().write(to: URL(filePath: name + "9223372036854775807.host"))
            symlink("nothing", name + "0001.ft-mmlu")
            try EventFile(in: folder, firstStep: 0).append([("loss", 3)], step: 1)
            #expect(FileManager.default.fileExists(atPath: name + "0002.ft-mmlu"))
            #expect(!FileManager.default.fileExists(atPath: folder + "/nothing"))
        }
    }

    @Test func `a folder that is not there is refused`() {
        let words = refusal { try EventFile(in: "/absent/run", firstStep: 0) } ?? ""
        #expect(words.hasPrefix("/absent/run: cannot be read: "))
        #expect(words.hasSuffix(remedy))
    }

    @Test func `a file that cannot be made is refused`() {
        expectRefusal(
            "/proc/events.out.tfevents.0001.ft-mmlu: cannot be made: No such file or directory"
                + remedy
        ) {
            try EventFile(in: "/proc", firstStep: 0)
        }
    }

    @Test func `a full disk is refused`() throws {
        let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
        let words = refusal { try EventFile(path: "r/events", handle: full, firstStep: 0) } ?? ""
        #expect(words.hasPrefix("r/events: cannot be written: "))
        #expect(words.hasSuffix(remedy))
    }
}
