extension ModelConfiguration {
    /// Parameters of an adapter: rank · (input + output) for each adapted layer.
    public func parameterCount(of adapter: LoRASettings) -> Int {
        let sizes = adapter.orderedTargets.map { target in
            let (input, output) = size(of: target)
            return input + output
        }
        return adapter.adaptedLayers(of: layerCount).count * adapter.rank * sizes.reduce(0, +)
    }

    private func size(of projection: Projection) -> (input: Int, output: Int) {
        switch projection {
        case .q: (width, headCount * headSize)
        case .k, .v: (width, keyHeadCount * headSize)
        case .o: (headCount * headSize, width)
        case .gate, .up: (width, hiddenWidth)
        case .down: (hiddenWidth, width)
        }
    }
}
