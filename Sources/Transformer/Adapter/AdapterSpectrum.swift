import Torch

/// The singular values of what an adapter adds to a layer's weight, scale · B · A.
public struct AdapterSpectrum: Sendable {
    public let layer: Int
    public let projection: Projection
    /// Largest first, as many as the rank.
    public let singularValues: [Double]

    /// Of every adapted layer of a folder in PEFT's format, layer by layer.
    ///
    /// - Throws: `FileRefusal` for a tensor that is not there or not of the rank.
    public static func all(in folder: String) throws -> [AdapterSpectrum] {
        let settings = try AdapterFiles.settings(of: folder)
        let file = try SafetensorsFile(path: folder + "/" + AdapterFiles.weightsName)
        var found: [AdapterSpectrum] = []
        for layer in try layers(of: settings, file) {
            for projection in settings.orderedTargets {
                let name = AdapterFiles.prefix + projection.path(layer: layer)
                func matrix(_ part: String) throws -> (shape: [Int], values: [Double]) {
                    let key = "\(name).\(part).weight"
                    let place = part == "lora_A" ? 0 : 1
                    guard let entry = file.entries[key], entry.shape.count == 2,
                        entry.shape[place] == settings.rank
                    else {
                        throw FileRefusal(
                            path: file.path, problem: "has no '\(key)' of rank \(settings.rank)",
                            remedy: "an adapter whose configuration fits is needed")
                    }
                    let values: [Float] = try file.tensor(key).converted(to: .float32).values()
                    return (entry.shape, values.map(Double.init))
                }
                let (a, b) = (try matrix("lora_A"), try matrix("lora_B"))
                let values = singularValues(
                    ofProduct: columnGram(b.values, rows: b.shape[0], columns: b.shape[1]),
                    rowGram(a.values, rows: a.shape[0], columns: a.shape[1]))
                found.append(
                    AdapterSpectrum(
                        layer: layer, projection: projection,
                        singularValues: values.map { $0 * abs(settings.scale) }))
            }
        }
        return found
    }

    private static func layers(of settings: LoRASettings, _ file: SafetensorsFile) throws -> [Int] {
        if let layers = settings.layers { return layers }
        let start = AdapterFiles.prefix + "model.layers."
        return Set(
            file.entries.keys.filter { $0.hasPrefix(start) }.compactMap { name in
                name.dropFirst(start.count).split(separator: ".").first.flatMap { Int($0) }
            }
        ).sorted()
    }

    /// Singular values of B · A by BᵀB and AAᵀ, `[rank, rank]` each: their squares are the
    /// eigenvalues of the symmetric matrix √(BᵀB) · AAᵀ · √(BᵀB).
    static func singularValues(
        ofProduct left: SymmetricMatrix, _ right: SymmetricMatrix
    ) -> [Double] {
        let (values, vectors) = left.eigen()
        let size = left.size
        let roots = values.map { max(0, $0).squareRoot() }
        var inner = SymmetricMatrix(size: size)
        for i in 0..<size {
            for j in i..<size {
                var sum = 0.0
                for k in 0..<size {
                    for l in 0..<size {
                        sum += vectors[i][k] * right[k, l] * vectors[j][l]
                    }
                }
                inner[i, j] = roots[i] * sum * roots[j]
            }
        }
        return inner.eigen().values.map { max(0, $0).squareRoot() }.sorted(by: >)
    }

    /// Mᵀ · M of a matrix in rows.
    static func columnGram(_ m: [Double], rows: Int, columns: Int) -> SymmetricMatrix {
        var gram = SymmetricMatrix(size: columns)
        for i in 0..<columns {
            for j in i..<columns {
                gram[i, j] = (0..<rows).reduce(0) {
                    $0 + m[$1 * columns + i] * m[$1 * columns + j]
                }
            }
        }
        return gram
    }

    /// M · Mᵀ of a matrix in rows.
    static func rowGram(_ m: [Double], rows: Int, columns: Int) -> SymmetricMatrix {
        var gram = SymmetricMatrix(size: rows)
        for i in 0..<rows {
            for j in i..<rows {
                gram[i, j] = (0..<columns).reduce(0) {
                    $0 + m[i * columns + $1] * m[j * columns + $1]
                }
            }
        }
        return gram
    }
}

/// A small symmetric matrix of doubles.
struct SymmetricMatrix {
    let size: Int
    private var values: [Double]

    init(size: Int) {
        self.size = size
        values = .init(repeating: 0, count: size * size)
    }

    subscript(_ i: Int, _ j: Int) -> Double {
        get { values[i * size + j] }
        set {
            values[i * size + j] = newValue
            values[j * size + i] = newValue
        }
    }

    /// Eigenvalues and, for each, its vector, by Jacobi's rotations (Golub and Van Loan, 8.5).
    func eigen() -> (values: [Double], vectors: [[Double]]) {
        var matrix = self
        var vectors = (0..<size).map { i in (0..<size).map { i == $0 ? 1.0 : 0.0 } }
        let scale = values.reduce(0) { max($0, abs($1)) }
        for _ in 0..<64 {
            var largest = 0.0
            for p in 0..<size {
                for q in p + 1..<max(p + 1, size) {
                    largest = max(largest, abs(matrix[p, q]))
                    matrix.rotate(p, q, &vectors)
                }
            }
            if largest <= scale * 1e-18 { break }
        }
        return ((0..<size).map { matrix[$0, $0] }, vectors)
    }

    /// Makes the element at (p, q) zero.
    private mutating func rotate(_ p: Int, _ q: Int, _ vectors: inout [[Double]]) {
        let off = self[p, q]
        guard off != 0 else { return }
        let theta = (self[q, q] - self[p, p]) / (2 * off)
        let t = (theta < 0 ? -1.0 : 1.0) / (abs(theta) + (theta * theta + 1).squareRoot())
        let c = 1 / (t * t + 1).squareRoot()
        let s = t * c
        for k in 0..<size where k != p && k != q {
            let (kp, kq) = (self[k, p], self[k, q])
            self[k, p] = c * kp - s * kq
            self[k, q] = s * kp + c * kq
        }
        self[p, p] -= t * off
        self[q, q] += t * off
        self[p, q] = 0
        for k in 0..<size {
            let (vp, vq) = (vectors[p][k], vectors[q][k])
            vectors[p][k] = c * vp - s * vq
            vectors[q][k] = s * vp + c * vq
        }
    }
}
