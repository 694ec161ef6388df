import Foundation

/// A file's bytes in memory, read by the kernel when they are used.
final class MappedFile {
    let bytes: UnsafeRawBufferPointer

    init(path: String) throws {
        func refusal(_ attempt: String) -> FileRefusal {
            FileRefusal(path: path, problem: "\(attempt): \(String(cString: strerror(errno)))")
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw refusal("cannot be opened") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw refusal("cannot be examined") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileRefusal(path: path, problem: "is not a file")
        }
        let size = Int(status.st_size)
        guard size > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        // Private and writable: who changes a tensor in place changes a page of his own, not the file.
        let memory = mmap(
            nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, descriptor, 0)
        guard let memory, memory != MAP_FAILED else { throw refusal("cannot be mapped") }
        bytes = UnsafeRawBufferPointer(start: memory, count: size)
    }

    deinit {
        if let base = bytes.baseAddress {
            munmap(UnsafeMutableRawPointer(mutating: base), bytes.count)
        }
    }
}
