import Foundation
import TestSupport
import Testing
import Torch

/// The functions that change a tensor.
@Suite struct InPlaceTests {
    @Test func `fill, assign and scale change the tensor itself`() throws {
        let tensor = try matrix([1, 2], [3, 4])
        try tensor.narrowed(to: 0..<1).fill(7)
        #expect(try tensor.values(as: Double.self) == [7, 7, 3, 4])
        try tensor.assign(matrix([1, 2], [3, 4]))
        try tensor.scale(by: -0.25)
        #expect(try tensor.values(as: Double.self) == [-0.25, -0.5, -0.75, -1])
    }

    @Test func `assigning converts the type and refuses another shape`() throws {
        let tensor = try Tensor.zeros(shape: [2], dtype: .float32)
        try tensor.assign(vector(0.1, 2))
        #expect(try tensor.values(as: Float.self) == [0.1, 2])
        expectRefusal("assign(_:): shape [3] does not fit shape [2]") {
            try tensor.assign(vector(1, 2, 3))
        }
        expectRefusal("assign(_:): shape [1] does not fit shape [2]") {
            try tensor.assign(vector(1))
        }
    }

    @Test func `uniform draws fill their range evenly`() throws {
        let draws = try Tensor.zeros(shape: [40_000], dtype: .float64)
        try draws.fillUniform(from: -2, to: 6, using: Generator(seed: 3))
        let values: [Double] = try draws.values()
        #expect(values.allSatisfy { $0 >= -2 && $0 < 6 })
        // Four standard errors of the share of a quarter: 4 · √(3/16 / 40,000).
        for quarter in 0..<4 {
            let low = -2 + 2 * Double(quarter)
            let share = Double(values.count { $0 >= low && $0 < low + 2 }) / 40_000
            #expect(abs(share - 0.25) < 0.00867)
        }
    }

    @Test func `normal draws have the mean and deviation asked for`() throws {
        let draws = try Tensor.zeros(shape: [40_000], dtype: .float64)
        try draws.fillNormal(mean: 5, deviation: 2, using: Generator(seed: 4))
        let values: [Double] = try draws.values()
        let mean = values.reduce(0, +) / 40_000
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 39_999
        // Four standard errors: of the mean 2/200, of the variance 4·√(2/40,000).
        #expect(abs(mean - 5) < 0.04)
        #expect(abs(variance - 4) < 0.1132)
        let within = Double(values.count { abs($0 - 5) < 2 }) / 40_000
        #expect(abs(within - 0.682689) < 0.0094)
    }

    /// The formulas of torch.optim.AdamW's documentation, in plain numbers.
    @Test func `AdamW follows its formulas for three steps`() throws {
        var settings = AdamWSettings()
        settings.weightDecay = 0.01
        let parameter = try vector(1, -2)
        let first = try vector(0, 0)
        let second = try vector(0, 0)
        var p = [1.0, -2]
        var m = [0.0, 0]
        var v = [0.0, 0]
        for (index, gradient) in [[0.5, 4], [-1, 0], [0.25, 1e-3]].enumerated() {
            let step = index + 1
            let rate = 0.1 / Double(step)
            let trained = AdamWParameter(
                value: parameter, gradient: try Tensor(gradient), firstMoment: first,
                secondMoment: second)
            try [trained].stepAdamW(step: step, learningRate: rate, settings: settings)
            for i in 0..<2 {
                let g = gradient[i]
                p[i] -= rate * 0.01 * p[i]
                m[i] = 0.9 * m[i] + 0.1 * g
                v[i] = 0.999 * v[i] + 0.001 * g * g
                let mean = m[i] / (1 - pow(0.9, Double(step)))
                let square = v[i] / (1 - pow(0.999, Double(step)))
                p[i] -= rate * mean / (square.squareRoot() + 1e-8)
            }
            try expectClose(parameter, Tensor(p), .init(relative: 1e-12), "step \(step)")
        }
        // By hand, without decay: the first step of AdamW is the learning rate itself.
        let other = try vector(1)
        let trained = try AdamWParameter(
            value: other, gradient: vector(0.5), firstMoment: vector(0), secondMoment: vector(0))
        try [trained].stepAdamW(step: 1, learningRate: 0.1, settings: AdamWSettings())
        try expectClose(other, vector(0.9), .absolute(1e-8))
    }
}
