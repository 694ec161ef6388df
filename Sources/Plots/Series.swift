/// Points of one kind in a panel, drawn and named alike.
public struct Series: Hashable, Sendable {
    /// Colours that people of every colour vision tell apart (Okabe, Ito 2008).
    public enum Color: String, CaseIterable, Sendable {
        case black = "#000000"
        case blue = "#0072B2"
        case vermillion = "#D55E00"
        case green = "#009E73"
        case orange = "#E69F00"
        case sky = "#56B4E9"
        case purple = "#CC79A7"
        case grey = "#7F7F7F"
    }

    public enum Mark: Hashable, Sendable {
        case solidLine
        case dashedLine
        case dottedLine
        case openCircles
        case filledCircles
        case openSquares
        case filledSquares
        case openTriangles
        case filledTriangles
        case openDiamonds
        case filledDiamonds
        case crosses
    }

    public struct Point: Hashable, Sendable {
        public let x: Double
        public let y: Double
        /// Half of the bar's height; nil draws none.
        public let error: Double?

        public init(_ x: Double, _ y: Double, error: Double? = nil) {
            self.x = x
            self.y = y
            self.error = error
        }
    }

    /// The name in the legend; plain text. Series of one panel have different names.
    public var name: String
    public var color: Color
    public var mark: Mark
    public var points: [Point]
    /// Whether the legend names it.
    public var isInLegend = true
    /// The shift of its drawn points to the right, so that they do not hide others; the table keeps
    /// the true positions. In the axis's unit; on a logarithmic axis in powers of ten.
    public var shift = 0.0
    /// Whether thin lines lead from point to point.
    public var isJoined = false

    public init(
        _ name: String, _ color: Color, _ mark: Mark, _ points: [Point], isInLegend: Bool = true
    ) {
        self.name = name
        self.color = color
        self.mark = mark
        self.points = points
        self.isInLegend = isInLegend
    }
}

/// A pair of axes with its series.
public struct Panel: Hashable, Sendable {
    public enum Scale: Hashable, Sendable {
        case linear
        case logarithmic
    }

    public enum LegendPlace: Sendable {
        case topRight
        case topLeft
        case bottomRight
        case bottomLeft
        case outside
        case none
    }

    public struct Axis: Hashable, Sendable {
        /// With its unit, if it has one.
        public var label: String
        /// The shown range; nil means all of the data.
        public var range: ClosedRange<Double>?
        public var scale = Scale.linear
        /// From one number on the axis to the next; nil: as gnuplot thinks best.
        public var tickStep: Double?
        /// The numbers on the axis; nil: by `tickStep`, and on a logarithmic axis 1, 2 and 5 times powers
        /// of ten, with 3 and 7 where those are few.
        public var ticks: [Double]?
        /// Plain text instead of the numbers of `ticks`, one for each.
        public var tickNames: [String]?
        /// Of a y-axis with a range: the values in the gap are not shown, and the axis is broken
        /// there. The part below is twice as high as the part above.
        public var gap: ClosedRange<Double>?

        public init(
            _ label: String, range: ClosedRange<Double>? = nil, scale: Scale = .linear,
            tickStep: Double? = nil, ticks: [Double]? = nil, gap: ClosedRange<Double>? = nil
        ) {
            self.tickStep = tickStep
            self.gap = gap
            self.ticks = ticks
            self.label = label
            self.range = range
            self.scale = scale
        }
    }

    public var title: String
    public var x: Axis
    public var y: Axis
    public var legend = LegendPlace.topRight
    public var series: [Series]

    public init(
        _ title: String, x: Axis, y: Axis, legend: LegendPlace = .topRight, series: [Series]
    ) {
        self.title = title
        self.x = x
        self.y = y
        self.legend = legend
        self.series = series
    }
}
