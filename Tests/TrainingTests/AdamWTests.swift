import Foundation
import TestSupport
import Testing
import Torch
import Training

/// Clipping and stepping over several parameters, by hand.
@Suite struct AdamWTests {
    /// Two parameters whose gradients are (3, 0) and (4): their norm is 5.
    private func parameters() throws -> [Tensor] {
        let parameters = [try Tensor([1.0, 2]), try Tensor([3.0])]
        for parameter in parameters { try parameter.setRequiresGradient(true) }
        try (parameters[0].narrowed(to: 0..<1) * 3).sum().backward()
        try (parameters[1] * 4).sum().backward()
        return parameters
    }

    /// With such an epsilon and rate the first step is the negated gradient, and shows its size.
    private var plain: AdamWSettings {
        var settings = AdamWSettings()
        settings.epsilon = 1e9
        return settings
    }

    @Test func `gradients are clipped together, by the norm of all`() throws {
        for (limit, factor) in [(2.5, 2.5 / (5 + 1e-6)), (5.1, 1), (nil, 1)] as [(Double?, Double)]
        {
            let parameters = try parameters()
            let norm = try AdamW(parameters, settings: plain).update(
                learningRate: 1e9, largestNorm: limit)
            #expect(abs(norm - 5) < 1e-12)
            try expectClose(
                parameters[0].detached(), Tensor([1 - 3 * factor, 2]), .absolute(1e-7))
            try expectClose(parameters[1].detached(), Tensor([3 - 4 * factor]), .absolute(1e-7))
        }
    }

    @Test func `a step forgets the gradients it followed`() throws {
        let parameters = try parameters()
        try AdamW(parameters, settings: plain).update(learningRate: 0, largestNorm: 1)
        for parameter in parameters { #expect(try parameter.gradient() == nil) }
    }

    @Test func `a parameter without a gradient stays`() throws {
        let parameters = try parameters()
        try parameters[1].clearGradient()
        let norm = try AdamW(parameters, settings: plain).update(learningRate: 1, largestNorm: nil)
        #expect(norm == 3)
        #expect(try parameters[1].values(as: Double.self) == [3])
    }

    @Test func `moments go on from step to step`() throws {
        let parameter = try Tensor([0.0])
        try parameter.setRequiresGradient(true)
        let adamW = try AdamW([parameter], settings: AdamWSettings())
        // Equal gradients: every bias-corrected step is the learning rate.
        for step in 1...4 {
            try (parameter * 0.5).sum().backward()
            try adamW.update(learningRate: 0.1, largestNorm: nil)
            try expectClose(parameter.detached(), Tensor([-0.1 * Double(step)]), .absolute(1e-7))
        }
        // One zero gradient after them, by the formulas.
        try (parameter * 0).sum().backward()
        try adamW.update(learningRate: 0.1, largestNorm: nil)
        let mean = 0.5 * (1 - pow(0.9, 4)) * 0.9 / (1 - pow(0.9, 5))
        let square = 0.25 * (1 - pow(0.999, 4)) * 0.999 / (1 - pow(0.999, 5))
        let expected = -0.4 - 0.1 * mean / square.squareRoot()
        try expectClose(parameter.detached(), Tensor([expected]), .absolute(1e-7))
    }
}
