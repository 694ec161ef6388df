import Basics
internal import CTorch
import Foundation

/// A file's bytes in memory, read by the kernel when they are used.
///
/// Where a byte can no longer be read when it is used, the program ends with status 1 and an error
/// that names the file. It cannot return a value then, and does not invent one.
final class MappedFile {
    let path: String
    let bytes: UnsafeRawBufferPointer
    private let watch: Int32

    init(path: String) throws {
        self.path = path
        func refusal(_ attempt: String) -> FileError {
            FileError(path: path, problem: "\(attempt): \(String(cString: strerror(errno)))")
        }
        try FileFormat.checkLink(path)
        guard let descriptor = try InputFile.open(path) else { throw refusal("cannot be opened") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw refusal("cannot be examined") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileError(path: path, problem: "is not a file")
        }
        let size = Int(status.st_size)
        guard size > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            watch = -1
            return
        }
        // Private and writable: an in-place change of a tensor changes a page of this process, not
        // the file.
        let memory = mmap(
            nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, descriptor, 0)
        guard let memory, memory != MAP_FAILED else { throw refusal("cannot be mapped") }
        bytes = UnsafeRawBufferPointer(start: memory, count: size)
        watch = ct_mapping_watch(memory, size, path)
    }

    /// Reads the bytes into memory now, at the disk's speed. A failing disk then causes an error
    /// here, and not a signal later.
    func populate(_ range: Range<Int>) throws {
        let pages = pages(touching: range)
        guard let base = bytes.baseAddress, !pages.isEmpty else { return }
        let start = UnsafeMutableRawPointer(mutating: base + pages.lowerBound)
        // Kernels before 5.14 do not know this advice; they read the pages when they are used.
        guard madvise(start, pages.count, adviceToPopulateForReading) != 0, errno != EINVAL else {
            return
        }
        throw FileError(
            path: path,
            problem: "bytes \(range) cannot be read: \(String(cString: strerror(errno)))",
            remedy: "the file may be damaged or may have been cut short while it was read")
    }

    /// Releases the memory of the bytes; they are read again when they are used again.
    ///
    /// Changes to them are lost.
    func release(_ range: Range<Int>) {
        let pages = pages(within: range)
        guard let base = bytes.baseAddress, !pages.isEmpty else { return }
        _ = madvise(
            UnsafeMutableRawPointer(mutating: base + pages.lowerBound), pages.count, MADV_DONTNEED)
    }

    private func pages(touching range: Range<Int>) -> Range<Int> {
        let size = Int(sysconf(Int32(_SC_PAGESIZE)))
        return range.isEmpty ? 0..<0 : range.lowerBound / size * size..<range.upperBound
    }

    private func pages(within range: Range<Int>) -> Range<Int> {
        let size = Int(sysconf(Int32(_SC_PAGESIZE)))
        let start = (range.lowerBound + size - 1) / size * size
        return start..<max(start, range.upperBound / size * size)
    }

    deinit {
        ct_mapping_forget(watch)
        if let base = bytes.baseAddress {
            munmap(UnsafeMutableRawPointer(mutating: base), bytes.count)
        }
    }
}

/// `MADV_POPULATE_READ` of linux/mman.h, which Glibc's headers of Debian 12 lack.
private let adviceToPopulateForReading: Int32 = 22
