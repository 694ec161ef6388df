import Foundation
import TestSupport
import Testing

@testable import Torch

/// Compiled kernels on disk: only what is the user's own is loaded. No device is needed.
@Suite struct KernelCacheTests {
    private static let bytes: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 0, 10, 255, 0]

    private func withCache(
        _ body: (_ cache: KernelCache, _ folder: String, _ file: String) throws -> Void
    ) throws {
        try Fixture.withTemporaryFolder { place in
            let folder = place + "/ft-mmlu/kernels"
            let cache = KernelCache(folder: folder)
            try cache.keep(Self.bytes, under: "key")
            #expect(try cache.find("key") == Self.bytes)
            try body(cache, folder, folder + "/key.cubin")
        }
    }

    private func mode(_ path: String) throws -> mode_t {
        var status = stat()
        try #require(lstat(path, &status) == 0)
        return status.st_mode & 0o7777
    }

    @Test func `what is kept is the user's alone`() throws {
        try withCache { cache, folder, file in
            #expect(try mode(folder) == 0o700)
            #expect(try mode(file) == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["key.cubin"])
            #expect(try cache.find("other") == nil)
            try cache.keep([1, 2], under: "key")
            #expect(try cache.find("key") == [1, 2])
        }
    }

    @Test func `what others may write to is not loaded, and is made private again`() throws {
        try withCache { cache, folder, file in
            for bits: mode_t in [0o020, 0o002] {
                chmod(file, 0o600 | bits)
                #expect(try cache.find("key") == nil)
                chmod(file, 0o600)
                chmod(folder, 0o700 | bits)
                #expect(try cache.find("key") == nil)
                try cache.keep(Self.bytes, under: "key")
                #expect(try mode(folder) & 0o022 == 0)
                #expect(try cache.find("key") == Self.bytes)
            }
        }
    }

    @Test func `links are not followed`() throws {
        try withCache { cache, folder, file in
            try FileManager.default.moveItem(atPath: file, toPath: folder + "/other")
            symlink("other", file)
            #expect(try cache.find("key") == nil)
            try cache.keep([7], under: "key")
            #expect(try cache.find("key") == [7])
            #expect(try mode(file) == 0o600)
            try FileManager.default.moveItem(atPath: folder, toPath: folder + "-elsewhere")
            symlink(folder + "-elsewhere", folder)
            #expect(try cache.find("key") == nil)
            try cache.keep([8], under: "new")
            #expect(!FileManager.default.fileExists(atPath: folder + "-elsewhere/new.cubin"))
        }
    }

    @Test func `a damaged file, another key's and one of earlier versions are not loaded`() throws {
        try withCache { cache, folder, file in
            let whole = try Data(contentsOf: URL(filePath: file))
            for place in whole.indices {
                var damaged = whole
                damaged[place] ^= 1
                try damaged.write(to: URL(filePath: file))
                #expect(try cache.find("key") == nil, "byte \(place)")
            }
            for cut in [0, 1, whole.count - 1] {
                try whole.prefix(cut).write(to: URL(filePath: file))
                #expect(try cache.find("key") == nil)
            }
            try Data(Self.bytes).write(to: URL(filePath: file))
            #expect(try cache.find("key") == nil)
            try whole.write(to: URL(filePath: folder + "/another.cubin"))
            #expect(try cache.find("another") == nil)
            // What cannot be used is replaced.
            try cache.keep(Self.bytes, under: "key")
            #expect(try cache.find("key") == Self.bytes)
        }
    }

    @Test(
        .enabled(
            if: CUDAKernels.compilerAbsence == nil,
            "libnvrtc.so.13 is not here: scripts/setup --nvrtc"))
    func `kernels are compiled once, and anew where the file may not be used`() throws {
        try Fixture.withTemporaryFolder { folder in
            let cache = KernelCache(folder: folder + "/kernels")
            func file() throws -> (path: String, number: ino_t) {
                let names = try FileManager.default.contentsOfDirectory(atPath: cache.folder)
                #expect(names.count == 1)
                let path = cache.folder + "/" + (names.first ?? "")
                var status = stat()
                try #require(lstat(path, &status) == 0)
                return (path, status.st_ino)
            }
            let count = try cache.kernels(capability: 90)
            #expect(count > 10_000)
            let first = try file()
            #expect(try cache.kernels(capability: 90) == count)
            #expect(try file().number == first.number)
            // Somebody else could have written it.
            chmod(first.path, 0o666)
            #expect(try cache.kernels(capability: 90) == count)
            #expect(try file().number != first.number)
            #expect(try mode(first.path) == 0o600)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only the superuser can give files away"))
    func `what belongs to another user is neither loaded nor written`() throws {
        try withCache { cache, folder, file in
            chown(file, 65534, 65534)
            #expect(try cache.find("key") == nil)
            chown(file, 0, 0)
            chown(folder, 65534, 65534)
            #expect(try cache.find("key") == nil)
            try cache.keep([1], under: "new")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["key.cubin"])
        }
    }

    @Test func `a pipe is not waited for, and no cache is none`() throws {
        try withCache { cache, folder, file in
            unlink(file)
            mkfifo(file, 0o600)
            #expect(try cache.find("key") == nil)
            try KernelCache(folder: "").keep([1], under: "key")
            #expect(try KernelCache(folder: "").find("key") == nil)
        }
    }
}
