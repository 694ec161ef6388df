import Statistics
import Testing

@Suite struct MedianTests {
    @Test func `the median is the value in the middle, or the mean of the two`() {
        #expect([9.0, 1, 4].median == 4)
        #expect([9.0, 1, 4, 5].median == 4.5)
        #expect([7.0].median == 7)
        #expect([Double]().median.isNaN)
    }
}
