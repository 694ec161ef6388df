import Foundation
import TestSupport
import Testing

@testable import ft_mmlu

/// Files of libraries and wheels beside the hashes that they came with.
@Suite struct VerifyTests {
    private func write(_ text: String, to path: String) throws {
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: false, encoding: .utf8)
    }

    /// Two files of `abc` (FIPS 180-4, appendix B.1, in base64url), as a wheel leaves them.
    private func withLibraries(_ body: (String) throws -> Void) throws {
        let abc = "sha256=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0,3"
        try Fixture.withTemporaryFolder { folder in
            for path in ["torch/lib/a.so", "nvidia/cu13/lib/b.so"] {
                try write("abc", to: folder + "/" + path)
            }
            try write(
                "torch/__init__.py,\(abc)\ntorch/lib/a.so,\(abc)\ntorch-1.dist-info/RECORD,,\n",
                to: folder + "/torch-1.dist-info/RECORD")
            try write(
                "\"nvidia/cu13/lib/b.so\",\(abc)\r\n",
                to: folder + "/nvidia_cuda_nvrtc-1.dist-info/RECORD")
            try body(folder)
        }
    }

    @Test func `libraries as they were published`() throws {
        try withLibraries { folder in
            let finding = LibraryFiles(folder: folder).finding
            #expect(
                finding.line
                    == "ok       libraries      \(folder): 2 files of 2 wheels, 0.0 MB: all as RECORD "
                    + "says")
        }
    }

    @Test(arguments: [
        ("torch/lib/a.so", "abd", "torch/lib/a.so has other bytes"),
        ("torch/lib/a.so", "abcd", "torch/lib/a.so has 4 bytes, not 3"),
        ("nvidia/cu13/lib/b.so", nil, "nvidia/cu13/lib/b.so is missing"),
        ("torch/lib/libevil.so", "abc", "torch/lib/libevil.so is in no RECORD"),
    ])
    func `a file that was changed, taken away or added is a failure`(
        path: String, text: String?, words: String
    ) throws {
        try withLibraries { folder in
            if let text {
                try write(text, to: folder + "/" + path)
            } else {
                unlink(folder + "/" + path)
            }
            let finding = LibraryFiles(folder: folder).finding
            #expect(finding.state == .failed)
            #expect(
                finding.text
                    == "\(folder): 2 files of 2 wheels, 0.0 MB: 1 are not as RECORD says: \(words)")
        }
    }

    @Test func `libraries without RECORD are a warning`() throws {
        try withLibraries { folder in
            unlink(folder + "/torch-1.dist-info/RECORD")
            let finding = LibraryFiles(folder: folder).finding
            #expect(finding.state == .warning)
            #expect(
                finding.text
                    == "\(folder): has no RECORD of torch, so its files cannot be verified")
        }
    }

    @Test func `wheels are held beside the pinned hashes`() throws {
        try Fixture.withTemporaryFolder { folder in
            let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
            try write(
                "# pinned\ntorch==1.2 --hash=sha256:\(digest)  # 1 2\n",
                to: folder + "/libtorch.txt")
            try write(
                "nvidia-cuda-nvrtc==3 --hash=sha256:\(digest)  # 1 2\n", to: folder + "/cuda.txt")
            try write("abc", to: folder + "/wheels/torch-1.2-cp311.whl")
            try write("abc", to: folder + "/wheels/nvidia_cuda_nvrtc-3-py3.whl")
            try write("other", to: folder + "/wheels/torch-1.20-cp311.whl")
            let wheels = WheelFiles(folder: folder + "/wheels", requirements: folder)
            #expect(wheels.finding.state == .ok)
            #expect(
                wheels.finding.text
                    == "\(folder)/wheels: 2 wheels, all as scripts/requirements says")
            try write("abd", to: folder + "/wheels/nvidia_cuda_nvrtc-3-py3.whl")
            #expect(wheels.finding.state == .failed)
            #expect(
                wheels.finding.text
                    == "\(folder)/wheels: 1 of 2 have another hash than scripts/requirements says: "
                    + "nvidia_cuda_nvrtc-3-py3.whl")
            let none = WheelFiles(folder: folder + "/none", requirements: folder).finding
            #expect(none.text == "\(folder)/none: none is kept" && none.state == .ok)
            let lone = WheelFiles(folder: folder, requirements: nil).finding
            #expect(lone.text == "not looked at: no scripts/requirements above the program")
        }
    }

    @Test func `places that others can write to are a warning`() throws {
        try Fixture.withTemporaryFolder { folder in
            chmod(folder, 0o755)
            let check = OwnershipCheck(places: [folder, folder + "/none"])
            #expect(check.finding.state == .ok)
            for mode: mode_t in [0o775, 0o757] {
                chmod(folder, mode)
                #expect(check.finding.state == .warning)
                #expect(
                    check.finding.text
                        == "\(folder) can be written by others (mode \(String(mode, radix: 8)))")
            }
            guard geteuid() == 0 else { return }
            chmod(folder, 0o755)
            chown(folder, 65534, 65534)
            #expect(check.finding.text == "\(folder) belongs to another user (65534)")
        }
    }

    /// Reads the libraries that this program has loaded: over a gigabyte.
    @Test func `doctor verifies its own libraries`() throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(
                ["doctor", "--verify"], in: folder,
                environment: ["XDG_CACHE_HOME": folder + "/cache"])
            let lines = ending.output.split(separator: "\n")
            let libraries = try #require(lines.first { $0.dropFirst(9).hasPrefix("libraries ") })
            // Another libtorch, which LIBTORCH names, may have no RECORD.
            #expect(
                libraries.hasPrefix("ok ") && libraries.hasSuffix(": all as RECORD says")
                    || libraries.hasPrefix("warning "), "\(ending.output)")
            #expect(lines.contains { $0.hasPrefix("ok       wheels  ") }, "\(ending.output)")
            #expect(ending.status == 0)
        }
    }
}
