internal import CTorch

/// A folder in which compiled CUDA kernels are kept, as the shim keeps them: only what is the user's,
/// and what nobody else could have written, is taken from it.
struct KernelCache {
    let folder: String

    /// Does nothing where the folder cannot be written, or is somebody else's.
    func keep(_ bytes: [UInt8], under key: String) throws(TorchError) {
        try check(ct_kernel_cache_keep(folder, key, bytes, bytes.count), #function)
    }

    /// All kernels for a compute capability, from here where they lie here, else compiled and kept.
    ///
    /// - Returns: bytes of machine code
    func kernels(capability: Int) throws(TorchError) -> Int {
        var count = 0
        try check(ct_cuda_kernels_cached(Int32(capability), folder, &count), #function)
        return count
    }

    /// - Parameter limit: bytes at most; the rest is cut off
    /// - Returns: nil where there is nothing that may be used
    func find(_ key: String, upTo limit: Int = 1 << 20) throws(TorchError) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: limit)
        var count = 0
        try check(ct_kernel_cache_find(folder, key, &bytes, limit, &count), #function)
        return count > 0 ? Array(bytes.prefix(count)) : nil
    }
}
