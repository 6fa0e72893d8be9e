import Foundation

/// Models beside each other by one metric: a point for each fold, the mean, and its interval or, where no interval is
/// known, one standard deviation to both sides.
public struct ComparisonFigure: Sendable {
    public struct Model: Sendable, Equatable {
        public var name: String
        /// The metric of each fold; NaN where a fold has none.
        public var folds: [Double]
        public var mean: Double
        /// Of the folds; where there are none, the standard error of the one value.
        public var standardDeviation: Double
        /// Of the mean.
        public var interval: ClosedRange<Double>?

        public init(
            name: String, folds: [Double], mean: Double, standardDeviation: Double,
            interval: ClosedRange<Double>? = nil
        ) {
            self.interval = interval
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
    /// Confidence of the intervals.
    public var level: Double
    public var title: String?
    public var caption: String?
    public var width: Figure.Width

    public init(
        models: [Model], metric: String = "C-index", chance: Double? = 0.5, level: Double = 0.95,
        title: String? = nil, caption: String? = nil, width: Figure.Width = .singleColumn
    ) {
        self.level = level
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
                    title: columnTitle, cells: models.map(cell))
            ], width: width, title: title, caption: caption)
        let drawn = models.flatMap { model in
            model.folds.filter(\.isFinite) + [span(model).lowerBound, span(model).upperBound]
        }
        // A little room, so that no point stands on the end of the axis.
        let room = 0.03 * (drawn.max()! - drawn.min()!)
        let values = [drawn.min()! - room, drawn.max()! + room]
        let ticksWanted = width.isNarrow ? 5 : 8
        let range = Ticks.niceRange(of: values, count: ticksWanted)
        var figure = try layout.figure(
            x: Axis(
                title: metric, range: range, ticks: Ticks.linear(range, count: ticksWanted)))
        figure.panels[0].series = series(layout, panel: figure.panels[0])
        return figure
    }

    private var hasFolds: Bool { models.contains { !$0.folds.isEmpty } }
    private var hasIntervals: Bool { models.allSatisfy { $0.interval != nil } }

    private var columnTitle: String {
        let value = hasFolds ? "Mean" : "Value"
        if hasIntervals { return "\(value) (\(GnuplotText.number((level * 1e6).rounded() / 1e4))% CI)" }
        return value + (hasFolds ? " ± s.d." : " ± s.e.")
    }

    private func cell(_ model: Model) -> String {
        if hasIntervals, let interval = model.interval {
            return String(format: "%.3f (%.3f–%.3f)", locale: nil, model.mean, interval.lowerBound, interval.upperBound)
        }
        return String(format: "%.3f", model.mean)
            + (model.standardDeviation.isFinite ? String(format: " ± %.3f", model.standardDeviation) : "")
    }

    /// What the line through the mean spans.
    private func span(_ model: Model) -> ClosedRange<Double> {
        if hasIntervals, let interval = model.interval { return interval }
        let deviation = model.standardDeviation.isFinite ? model.standardDeviation : 0
        return (model.mean - deviation)...(model.mean + deviation)
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
                    name: model.name + (hasIntervals ? ", interval of the mean" : ", mean ± standard deviation"),
                    .segments(width: 0.9, dash: .solid), color: color,
                    columns: [[span(model).lowerBound], [row - 0.17], [span(model).upperBound], [row - 0.17]]))
            series.append(
                Series(
                    name: model.name + ", mean", .points(shape: .diamond, size: 3.4), color: color,
                    columns: [[model.mean], [row - 0.17]]))
        }
        return series
    }
}
