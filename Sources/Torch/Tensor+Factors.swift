internal import CTorch

extension Tensor {
    /// The triangle R of the matrix's factorisation Q · R, by Householder's reflections (LAPACK).
    ///
    /// Qᵀ · Q is the identity, so R acts on lengths as the matrix does.
    ///
    /// - Returns: `[min(rows, columns), columns]`, upper triangular
    /// - Throws: `TorchError` where self is no matrix of float32 or float64.
    public func qrTriangle() throws(TorchError) -> Tensor {
        try .make { ct_qr_triangle(handle, &$0) }
    }

    /// The matrix's singular values, largest first (LAPACK, gesdd).
    ///
    /// - Returns: `[min(rows, columns)]`
    /// - Throws: `TorchError` where self is no matrix of float32 or float64, or not finite.
    public func singularValues() throws(TorchError) -> Tensor {
        try .make { ct_singular_values(handle, &$0) }
    }
}
