import Basics
import Testing

/// Whole numbers from doubles.
@Suite struct WholeNumbersTests {
    @Test(arguments: [
        (2.5, 3), (-2.4, -2), (0, 0), (1e300, Int.max), (-1e300, Int.min),
        (.infinity, Int.max), (-.infinity, Int.min), (.nan, 0),
        (9_223_372_036_854_775_808, Int.max),
        (-9_223_372_036_854_775_808, Int.min),
    ])
    func `no double traps`(value: Double, whole: Int) {
        #expect(Int(nearest: value) == whole)
    }
}
