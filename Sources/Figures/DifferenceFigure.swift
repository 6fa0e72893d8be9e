import Foundation

/// How far models are from a reference, such as one with a part taken out: bars with paired intervals, and a point for
/// each seed or fold.
public struct DifferenceFigure: Sendable {
    public struct Model: Sendable, Equatable {
        public var name: String
        /// The model's value less that of the reference.
        public var change: Double
        public var lower: Double
        public var upper: Double
        /// The same of each seed, or of each fold.
        public var parts: [Double]

        public init(name: String, change: Double, lower: Double, upper: Double, parts: [Double]) {
            self.name = name
            self.change = change
            self.lower = lower
            self.upper = upper
            self.parts = parts
        }
    }

    public var models: [Model]
    public var metric: String
    public var reference: String
    public var level: Double
    public var title: String?
    public var caption: String?
    public var width: Figure.Width

    public init(
        models: [Model], metric: String, reference: String, level: Double = 0.95, title: String? = nil,
        caption: String? = nil, width: Figure.Width = .singleColumn
    ) {
        self.models = models
        self.metric = metric
        self.reference = reference
        self.level = level
        self.title = title
        self.caption = caption
        self.width = width
    }

    /// Lays the figure out.
    ///
    /// - Throws: `FigureError` when there is no model, or a change or its interval is not a number.
    public func figure() throws -> Figure {
        guard !models.isEmpty else { throw FigureError.nothingToDraw("no model to compare with \(reference)") }
        if let bad = models.first(where: { !($0.change.isFinite && $0.lower.isFinite && $0.upper.isFinite) }) {
            throw FigureError.invalidValue(
                "the change of \(bad.name) is \(bad.change), its interval \(bad.lower) to \(bad.upper)")
        }
        let percent = GnuplotText.number((level * 1e6).rounded() / 1e4)
        let layout = RowLayout(
            names: models.map(\.name), colors: models.map { _ in .black },
            columns: [
                Panel.SideColumn(
                    title: "Change (\(percent)% CI)",
                    cells: models.map {
                        "\(signed($0.change)) (\(signed($0.lower)) to \(signed($0.upper)))"
                    })
            ], width: width, title: title, caption: caption)
        let values: [Double] =
            [0] + models.flatMap { model in model.parts.filter(\.isFinite) + [model.lower, model.upper] }
        let range = Ticks.niceRange(of: values, count: width.isNarrow ? 4 : 8)
        let ticks = Ticks.linear(range, count: width.isNarrow ? 4 : 8)
        let name = GnuplotText.singleLine(reference)
        var figure = try layout.figure(x: Axis(title: "\(metric) less that of \(name)", range: range, ticks: ticks))
        figure.panels[0].series = series(layout, figure.panels[0])
        return figure
    }

    private func signed(_ value: Double) -> String {
        let text = String(format: "%+.3f", locale: nil, value)
        return (text.dropFirst() == "0.000" ? String(text.dropFirst()) : text).replacing("-", with: "−")
    }

    private func series(_ layout: RowLayout, _ panel: Panel) -> [Series] {
        var series: [Series] = []
        for (index, model) in models.enumerated() {
            let (row, color) = (layout.position(index), Color.group(index))
            series.append(
                Series(
                    name: model.name + ", change", .tiles, color: color, opacity: 0.35,
                    columns: [[min(0, model.change)], [max(0, model.change)], [row - 0.3], [row + 0.3]]))
            series.append(
                Series(
                    name: model.name + ", interval", .segments(width: 0.9, dash: .solid), color: color,
                    columns: [[model.lower], [row], [model.upper], [row]]))
            let parts = model.parts.filter(\.isFinite)
            series.append(
                Series(
                    name: model.name + ", parts", .points(shape: .circle, size: 2), color: color.forText, opacity: 0.8,
                    columns: [
                        parts,
                        parts.indices.map {
                            row + (parts.count > 1 ? 0.36 * (Double($0) / Double(parts.count - 1) - 0.5) : 0)
                        },
                    ]))
        }
        series.append(
            Series(
                name: "no change", .segments(width: Theme.axisWidth, dash: .solid), color: .black,
                columns: [[0], [panel.y.range.lowerBound], [0], [panel.y.range.upperBound]]))
        return series
    }
}
