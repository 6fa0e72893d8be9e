import Foundation

/// Models beside each other by one metric: a point for each fold, the mean, and one standard deviation to both sides.
public struct ComparisonFigure: Sendable {
    public struct Model: Sendable, Equatable {
        public var name: String
        /// The metric of each fold; NaN where a fold has none.
        public var folds: [Double]
        public var mean: Double
        /// Of the folds; where there are none, the standard error of the one value.
        public var standardDeviation: Double

        public init(name: String, folds: [Double], mean: Double, standardDeviation: Double) {
            self.name = name
            self.folds = folds
            self.mean = mean
            self.standardDeviation = standardDeviation
        }
    }

    public var models: [Model]
    public var metric: String
    /// What guessing would give, drawn as a dashed line where it is in sight; 0.5 for a C-index.
    public var chance: Double?
    public var title: String?
    public var caption: String?
    public var width: Figure.Width

    public init(
        models: [Model], metric: String = "C-index", chance: Double? = 0.5, title: String? = nil,
        caption: String? = nil, width: Figure.Width = .singleColumn
    ) {
        self.models = models
        self.metric = metric
        self.chance = chance
        self.title = title
        self.caption = caption
        self.width = width
    }

    /// Lays the figure out.
    ///
    /// - Throws: `FigureError` when there is no model, or a mean is not a number.
    public func figure() throws -> Figure {
        guard !models.isEmpty else { throw FigureError.nothingToDraw("no model to compare") }
        if let bad = models.first(where: { !$0.mean.isFinite }) {
            throw FigureError.invalidValue("the mean \(metric) of \(bad.name) is \(bad.mean)")
        }
        let layout = RowLayout(
            names: models.map(\.name), colors: models.map { _ in .black },
            columns: [
                Panel.SideColumn(
                    title: models.contains { !$0.folds.isEmpty } ? "Mean ± s.d." : "Value ± s.e.",
                    cells: models.map {
                        String(format: "%.3f", $0.mean)
                            + ($0.standardDeviation.isFinite ? String(format: " ± %.3f", $0.standardDeviation) : "")
                    })
            ], width: width, title: title, caption: caption)
        let drawn = models.flatMap { model in
            model.folds.filter(\.isFinite) + [model.mean - spread(model), model.mean + spread(model)]
        }
        // A little room, so that no point stands on the end of the axis.
        let room = 0.03 * (drawn.max()! - drawn.min()!)
        let values = [drawn.min()! - room, drawn.max()! + room]
        let ticksWanted = width.isNarrow ? 5 : 8
        let range = Ticks.niceRange(of: values, count: ticksWanted)
        var figure = layout.figure(
            x: Axis(
                title: metric, range: range, ticks: Ticks.linear(range, count: ticksWanted)))
        figure.panels[0].series = series(layout, panel: figure.panels[0])
        return figure
    }

    private func spread(_ model: Model) -> Double {
        model.standardDeviation.isFinite ? model.standardDeviation : 0
    }

    private func series(_ layout: RowLayout, panel: Panel) -> [Series] {
        var series: [Series] = []
        if let chance, panel.x.range.contains(chance) {
            series.append(
                Series(
                    name: "chance", .segments(width: Theme.referenceWidth, dash: .dashed), color: .lightGray,
                    columns: [[chance], [panel.y.range.lowerBound], [chance], [panel.y.range.upperBound]]))
        }
        for (index, model) in models.enumerated() {
            let (row, color) = (layout.position(index), Color.group(index))
            // The folds a little above the mean, so that neither hides the other.
            let folds = model.folds.filter(\.isFinite)
            series.append(
                Series(
                    name: model.name + ", folds", .points(shape: .circle, size: 2.6), color: color, opacity: 0.5,
                    columns: [folds, folds.map { _ in row + 0.2 }]))
            series.append(
                Series(
                    name: model.name + ", mean ± standard deviation", .segments(width: 0.9, dash: .solid),
                    color: color,
                    columns: [[model.mean - spread(model)], [row - 0.17], [model.mean + spread(model)], [row - 0.17]]))
            series.append(
                Series(
                    name: model.name + ", mean", .points(shape: .diamond, size: 3.4), color: color,
                    columns: [[model.mean], [row - 0.17]]))
        }
        return series
    }
}
