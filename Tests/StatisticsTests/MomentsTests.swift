import Basics
import Statistics
import Testing

@Suite struct MomentsTests {
    @Test func `one to four have the moments worked out by hand`() throws {
        // Squared distances from 2.5: 2.25 + 0.25 + 0.25 + 2.25 = 5, over 3.
        let values = [1.0, 2, 3, 4]
        #expect(try values.mean() == 2.5)
        #expect(try values.sampleStandardDeviation() == 1.2909944487358056)
        #expect(try values.standardErrorOfMean() == 0.6454972243679028)
    }

    @Test func `one value has a mean and no error`() throws {
        #expect(try [7.0].mean() == 7)
        #expect(try [7.0].sampleStandardDeviation() == nil)
        #expect(try [7.0].standardErrorOfMean() == nil)
    }

    @Test func `equal values have an error of zero and not none`() throws {
        #expect(try [0.5, 0.5, 0.5].standardErrorOfMean() == 0)
    }

    @Test func `no values are refused`() {
        let message = "a mean: there are no values; one or more are needed"
        for refused in [
            { try [Double]().mean() as Double? },
            { try [Double]().sampleStandardDeviation() },
            { try [Double]().standardErrorOfMean() },
        ] {
            let error = #expect(throws: InputError.self) { try refused() }
            #expect(error?.message == message)
        }
    }
}
