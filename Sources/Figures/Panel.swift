/// A pair of axes on the page and what is drawn between them.
public struct Panel: Sendable, Equatable {
    public enum Frame: Sendable {
        /// The left and the bottom axis.
        case axes
        /// The bottom axis only.
        case bottomAxis
        /// A thin box without ticks.
        case box
        /// No lines: the ticks' labels are names of rows and columns.
        case names
        /// Nothing but the series and labels, such as a dendrogram; left out of text.
        case none
    }

    /// Numbers under the ticks of the x-axis, such as the patients at risk.
    public struct TickTable: Sendable, Equatable {
        public struct Row: Sendable, Equatable {
            public var name: String
            public var color: Color
            /// One per tick of the x-axis.
            public var cells: [String]

            public init(name: String, color: Color, cells: [String]) {
                self.name = name
                self.color = color
                self.cells = cells
            }
        }

        public var title: String
        public var rows: [Row]
    }

    /// Texts beside the ticks of the y-axis, such as hazard ratios in a forest plot.
    public struct SideColumn: Sendable, Equatable {
        public var title: String
        /// One per tick of the y-axis.
        public var cells: [String]
    }

    /// The plotting area between the axes.
    public var area: Rectangle
    public var x: Axis
    public var y: Axis
    public var frame: Frame
    public var title: String?
    /// In the order in which they are drawn, the first at the bottom.
    public var series: [Series]
    public var legend: Legend?
    /// What the panel says in words, such as a p-value.
    public var notes: [String]
    /// The table under the x-axis; `labels` holds it as placed text.
    public var tickTable: TickTable?
    /// The columns beside the panel; `labels` holds them as placed text.
    public var sideColumns: [SideColumn]
    public var labels: [Label]

    public init(area: Rectangle, x: Axis, y: Axis, frame: Frame = .axes, title: String? = nil) {
        self.area = area
        self.x = x
        self.y = y
        self.frame = frame
        self.title = title
        series = []
        notes = []
        sideColumns = []
        labels = []
    }
}
