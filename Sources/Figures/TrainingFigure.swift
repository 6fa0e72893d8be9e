/// Losses by epoch, several named ones in one pair of axes.
public struct TrainingFigure: Sendable {
    public struct Loss: Sendable, Equatable {
        public var name: String
        /// One per epoch, the first at epoch 1; NaN where it was not computed.
        public var values: [Double]

        public init(name: String, values: [Double]) {
            self.name = name
            self.values = values
        }
    }

    public var losses: [Loss]
    public var title: String?
    public var caption: String?
    public var width: Figure.Width

    public init(
        losses: [Loss], title: String? = nil, caption: String? = nil, width: Figure.Width = .singleColumn
    ) {
        self.losses = losses
        self.title = title
        self.caption = caption
        self.width = width
    }

    /// Lays the figure out. A single epoch is drawn as points.
    ///
    /// - Throws: `FigureError` when there is nothing finite to draw.
    public func figure() throws -> Figure {
        let isSingle = losses.allSatisfy { $0.values.count < 2 }
        return try LineFigure(
            curves: losses.map { loss in
                LineFigure.Curve(
                    name: loss.name, x: loss.values.indices.map { Double($0 + 1) }, y: loss.values,
                    style: isSingle ? .points : .line)
            },
            xTitle: "Epoch", yTitle: "Loss", title: title, caption: caption, width: width
        ).figure()
    }
}
