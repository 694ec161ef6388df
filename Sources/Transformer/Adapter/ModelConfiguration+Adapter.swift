extension ModelConfiguration {
    /// Parameters of an adapter: rank · (input + output) for each adapted layer.
    public func parameterCount(of adapter: LoRASettings) -> Int {
        let places = adapter.places(in: adapter.adaptedLayers(of: layerCount))
        return adapter.rank
            * places.reduce(0) { sum, place in
                let (input, output) = size(of: place.projection)
                return sum + input + output
            }
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
