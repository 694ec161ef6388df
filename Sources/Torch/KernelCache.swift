internal import CTorch

/// A folder of compiled CUDA kernels, which the shim writes. It reads only files that the user owns
/// and that nobody else could have written.
struct KernelCache {
    let folder: String

    /// Does nothing where the folder cannot be written, or belongs to somebody else.
    func keep(_ bytes: [UInt8], under key: String) throws(TorchError) {
        try check(ct_kernel_cache_keep(folder, key, bytes, bytes.count), #function)
    }

    /// All kernels for a compute capability: from this folder if present, else compiled and kept.
    ///
    /// - Returns: the number of bytes of machine code
    func kernels(capability: Int) throws(TorchError) -> Int {
        var count = 0
        try check(ct_cuda_kernels_cached(Int32(capability), folder, &count), #function)
        return count
    }

    /// - Parameter limit: the largest number of bytes; the rest is cut off
    /// - Returns: nil where no file may be used
    func find(_ key: String, upTo limit: Int = 1 << 20) throws(TorchError) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: limit)
        var count = 0
        try check(ct_kernel_cache_find(folder, key, &bytes, limit, &count), #function)
        return count > 0 ? Array(bytes.prefix(count)) : nil
    }
}
