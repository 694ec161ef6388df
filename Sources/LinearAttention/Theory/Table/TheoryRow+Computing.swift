extension TheoryRow {
    /// Computes the row's quantity again: by its closed form, and by the exact error of any heads
    /// where there is one.
    ///
    /// - Throws: `LinearAttentionError` where the row cannot be interpreted.
    public func computed() throws -> [Double] {
        guard let curve = ReferenceCurve(curve) else {
            throw LinearAttentionError(
                "curve '\(self.curve)' is not understood; a name as in theory-reference.csv is "
                    + "needed")
        }
        let reference = try ReferenceProblem(self, curve)
        guard reference.isGeneral || !curve.isGeneralOnly else {
            throw LinearAttentionError(
                "curve '\(self.curve)' is defined for the figure general, not for \(figure)")
        }
        let row = ReferenceComputation(row: self, curve: curve, reference: reference)
        let values = try row.values()
        guard values.allSatisfy(\.isFinite) else {
            throw LinearAttentionError("\(quantity) of '\(self.curve)' is not finite here")
        }
        return values
    }

    /// n. Throws where the row has none.
    func requireContext() throws -> Int {
        guard let context else { throw missing("n") }
        return context
    }

    /// m. Throws where the row has none.
    func requirePretrainingContext() throws -> Int {
        guard let pretrainingContext else { throw missing("m") }
        return pretrainingContext
    }

    /// The index at a position, from 0.
    func index(_ index: Int) throws -> Int {
        guard index < indices.count, (1...dimension).contains(indices[index]) else {
            throw LinearAttentionError(
                "quantity '\(quantity)' has no such element; indices from 1 to \(dimension) are "
                    + "needed")
        }
        return indices[index] - 1
    }

    func missing(_ column: String) -> LinearAttentionError {
        LinearAttentionError(
            "\(column) is empty; \(quantity) of '\(curve)' needs it")
    }
}
