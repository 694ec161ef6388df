import Foundation
import Testing

@testable import Statistics

/// How many directions a matrix acts in.
@Suite struct SpectrumTests {
    @Test func `one singular value is one direction`() throws {
        let spectrum = try #require(Spectrum(singularValues: [3, 0, 0]))
        #expect(spectrum.effectiveRank == 1)
        #expect(spectrum.participationRatio == 1)
        #expect(spectrum.firstShare == 1)
    }

    @Test func `equal singular values are as many directions`() throws {
        let spectrum = try #require(Spectrum(singularValues: [0.5, 0.5, 0, 0]))
        #expect(abs(spectrum.effectiveRank - 2) < 1e-14)
        #expect(abs(spectrum.participationRatio - 2) < 1e-14)
        #expect(spectrum.firstShare == 0.5)
    }

    /// 3 and 1: p = 3/4, 1/4; exp(-(3/4 ln 3/4 + 1/4 ln 1/4)) = 4 / 3^(3/4) = 1.7547653506033,
    /// (9 + 1)² / (81 + 1) = 100/82, 9/10.
    @Test func `unequal ones lie between, by hand`() throws {
        let spectrum = try #require(Spectrum(singularValues: [1, 3]))
        #expect(abs(spectrum.effectiveRank - 4 / pow(3, 0.75)) < 1e-12)
        #expect(abs(spectrum.participationRatio - 100.0 / 82) < 1e-14)
        #expect(abs(spectrum.firstShare - 0.9) < 1e-15)
    }

    @Test func `neither scale nor a double's range changes it`() throws {
        let spectrum = try #require(Spectrum(singularValues: [1e200, 3e200]))
        let other = try #require(Spectrum(singularValues: [1e-200, 3e-200]))
        #expect(abs(spectrum.effectiveRank - 4 / pow(3, 0.75)) < 1e-12)
        #expect(abs(other.participationRatio - 100.0 / 82) < 1e-12)
    }

    @Test func `no change has no rank`() {
        #expect(Spectrum(singularValues: [0, 0]) == nil)
        #expect(Spectrum(singularValues: []) == nil)
        #expect(Spectrum(singularValues: [1, .nan]) == nil)
    }
}
