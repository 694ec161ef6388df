import LinearAttention

/// Finds a minimum by Broyden, Fletcher, Goldfarb and Shanno's method; knows nothing of theory.
func minimize(
    from start: [Double], gradient: ([Double]) throws -> [Double],
    value: ([Double]) throws -> Double
) rethrows -> [Double] {
    var x = Vector(start)
    var inverse = Matrix(identity: start.count)
    var slope = Vector(try gradient(start))
    var height = try value(start)
    for _ in 0..<2000 {
        if slope.dot(slope) < 1e-26 { break }
        var direction = -(inverse * slope)
        if direction.dot(slope) >= 0 {
            inverse = Matrix(identity: start.count)
            direction = -slope
        }
        var size = 1.0
        var next = x + direction
        var nextHeight = try value(next.elements)
        while !(nextHeight <= height + 1e-4 * size * direction.dot(slope)), size > 1e-12 {
            size /= 2
            next = x + size * direction
            nextHeight = try value(next.elements)
        }
        let nextSlope = Vector(try gradient(next.elements))
        let (step, change) = (next - x, nextSlope - slope)
        let curvature = step.dot(change)
        if curvature > 1e-18 * change.dot(change).squareRoot() {
            let moved = inverse * change
            let weight = (curvature + change.dot(moved)) / (curvature * curvature)
            inverse += weight * step.outer(step)
            inverse += (-2 / curvature) * moved.outer(step).symmetrized
        }
        (x, slope, height) = (next, nextSlope, nextHeight)
        if size <= 1e-12 { break }
    }
    return x.elements
}

/// The least point of a function of one number between two ends, by golden section.
func minimize(from low: Double, to high: Double, _ value: (Double) throws -> Double) rethrows
    -> Double
{
    let ratio = (5.0.squareRoot() - 1) / 2
    var (a, b) = (low, high)
    for _ in 0..<90 {
        let (c, d) = (b - ratio * (b - a), a + ratio * (b - a))
        if try value(c) < value(d) { b = d } else { a = c }
    }
    return (a + b) / 2
}
