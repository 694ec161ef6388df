import Basics
import Foundation
import Torch

/// A file that belongs to a model's folder, and may go into a copy of the model.
///
/// A folder from somebody else may have a link to a private file of the user's, which must not get
/// into a model that is then published. Links inside the folder are allowed, and so are those of
/// the hub's cache: `models--ORG--NAME/snapshots/<commit>/<name>` leads to
/// `models--ORG--NAME/blobs/<hash>`.
struct ModelFile {
    let name: String
    /// The name in messages.
    private let path: String
    /// The path with links resolved.
    private let place: String

    /// - Throws: `FileError` for a link that leads elsewhere, and for a path that is no file.
    init(_ name: String, of folder: String) throws {
        self.name = name
        path = folder + "/" + name
        try FileFormat.checkLink(path)
        guard let home = Self.real(folder), let place = Self.real(path) else {
            throw Self.unreadable(path)
        }
        self.place = place
        let parent = (place as NSString).deletingLastPathComponent
        let snapshots = (home as NSString).deletingLastPathComponent as NSString
        let blobs = (snapshots.deletingLastPathComponent as NSString)
            .appendingPathComponent("blobs")
        let isBlob = snapshots.lastPathComponent == "snapshots" && parent == blobs
        guard isBlob || place.hasPrefix(home + "/") else {
            throw FileError(
                path: path, problem: "is a link that leads out of the model's folder",
                remedy: "a merged model is made of the folder's own files, or of the hub's cache: "
                    + "put a copy of the file in its place (cp -L)")
        }
        try PlainFile.check(place)
    }

    /// Copies the file and its permissions.
    func copy(to target: String) throws {
        let descriptor = open(place, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.unreadable(path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw Self.unreadable(path)
        }
        try AtomicFile.write(to: target, mode: status.st_mode & 0o777) { write in
            var piece = [UInt8](repeating: 0, count: 1 << 20)
            while true {
                let count = read(descriptor, &piece, piece.count)
                if count < 0 {
                    if errno == EINTR { continue }
                    throw Self.unreadable(path)
                }
                if count == 0 { return }
                try piece.withUnsafeBytes {
                    try write(UnsafeRawBufferPointer(rebasing: $0[..<count]))
                }
            }
        }
    }

    private static func unreadable(_ path: String) -> FileError {
        FileError(path: path, problem: "cannot be read, to be copied")
    }

    private static func real(_ path: String) -> String? {
        guard let text = realpath(path, nil) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }
}
