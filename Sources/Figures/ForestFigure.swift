import Foundation

/// Hazard ratios of a Cox model with their intervals on a logarithmic axis, a row for each term; levels of a factor
/// stand under its name, the reference among them at 1.
///
/// An interval that leaves the axis ends in an arrowhead, and so does a ratio that no axis has room for, as of a covariate
/// that separates the patients; the text beside it always gives the full numbers.
public struct ForestFigure: Sendable {
    public struct Term: Sendable, Equatable {
        public var name: String
        public var hazardRatio: Double
        public var lower: Double
        public var upper: Double
        public var p: Double

        public init(name: String, hazardRatio: Double, lower: Double, upper: Double, p: Double) {
            self.name = name
            self.hazardRatio = hazardRatio
            self.lower = lower
            self.upper = upper
            self.p = p
        }
    }

    public enum Row: Sendable, Equatable {
        case term(Term)
        /// The name of a factor, over its levels.
        case heading(String)
        /// The level against which the others of its factor are.
        case reference(String)
        case level(Term)

        /// What has an estimate.
        var term: Term? {
            switch self {
            case .term(let term), .level(let term): term
            case .heading, .reference: nil
            }
        }
    }

    public var rows: [Row]
    /// Confidence level of the intervals, such as 0.95.
    public var level: Double
    public var title: String?
    public var caption: String?
    public var width: Figure.Width

    public init(
        rows: [Row], level: Double = 0.95, title: String? = nil, caption: String? = nil,
        width: Figure.Width = .singleColumn
    ) {
        self.rows = rows
        self.level = level
        self.title = title
        self.caption = caption
        self.width = width
    }

    public init(
        terms: [Term], level: Double = 0.95, title: String? = nil, caption: String? = nil,
        width: Figure.Width = .singleColumn
    ) {
        self.init(rows: terms.map(Row.term), level: level, title: title, caption: caption, width: width)
    }

    private var terms: [Term] { rows.compactMap(\.term) }

    /// A row's name; levels are indented under their factor.
    private static func name(_ row: Row) -> String {
        switch row {
        case .term(let term): term.name
        case .level(let term): "   " + term.name
        case .heading(let name): name
        case .reference(let name): "   " + name
        }
    }

    private var hasFactors: Bool { rows.contains { if case .heading = $0 { true } else { false } } }

    private static func ratioText(_ row: Row) -> String {
        if case .reference = row { return "reference" }
        return row.term.map(ratioText) ?? ""
    }

    private static func pText(_ row: Row) -> String {
        row.term.map { PValue.bare($0.p) } ?? ""
    }

    /// Lays the figure out.
    ///
    /// - Throws: `FigureError` when there is no term, or a hazard ratio is not a positive number.
    public func figure() throws -> Figure {
        guard !terms.isEmpty else { throw FigureError.nothingToDraw("the model has no terms") }
        if let bad = terms.first(where: { !($0.hazardRatio.isFinite && $0.hazardRatio > 0) }) {
            throw FigureError.invalidValue(
                "the hazard ratio of \(bad.name) is \(bad.hazardRatio), which a logarithmic axis cannot show")
        }
        let interval = "\(GnuplotText.number((level * 1000).rounded() / 10))% CI"
        let layout = RowLayout(
            names: rows.map(Self.name), colors: rows.map { _ in .black },
            columns: [
                Panel.SideColumn(title: "HR (\(interval))", cells: rows.map(Self.ratioText)),
                Panel.SideColumn(title: "p", cells: rows.map(Self.pText)),
            ], width: width, title: title, caption: caption, hasNamesAtLeft: hasFactors)
        let range = self.range
        let x = Axis(
            title: "Hazard ratio (\(interval))", range: range, scale: .logarithmic,
            ticks: Ticks.logarithmic(range, count: width.isNarrow ? 7 : 9))
        var figure = try layout.figure(x: x)
        figure.panels[0].series = series(layout, panel: figure.panels[0])
        figure.summary = Words.sentences(
            ["Hazard ratios with \(Words.percent(level)) confidence intervals on a logarithmic axis"]
                + terms.map { "\($0.name): \(Self.ratioText($0)), p \(PValue.comparison($0.p))" })
        return figure
    }

    /// Ratios farther from 1 than this factor have no part in the axis.
    private static let farthest = 1000.0

    /// The least and the greatest bound, but no farther than a factor of 50 from 1 unless a ratio itself is.
    private var range: ClosedRange<Double> {
        let ratios = [1] + terms.map(\.hazardRatio).filter { (1 / Self.farthest...Self.farthest).contains($0) }
        let bounds = terms.flatMap { [$0.lower, $0.upper] }.filter { $0.isFinite && $0 > 0 }
        let low = min(max((bounds + ratios).min()!, 0.02), ratios.min()!, 0.9)
        let high = max(min((bounds + ratios).max()!, 50), ratios.max()!, 1.1)
        let room = pow(high / low, 0.04)
        return (low / room)...(high * room)
    }

    private func series(_ layout: RowLayout, panel: Panel) -> [Series] {
        let (low, high) = (panel.x.range.lowerBound, panel.x.range.upperBound)
        let color = Color.group(0)
        let rows = self.rows.indices.filter { self.rows[$0].term != nil }.map(layout.position)
        let references = self.rows.indices.filter { if case .reference = self.rows[$0] { true } else { false } }
            .map(layout.position)
        let starts = terms.map { $0.lower.isFinite ? min(max($0.lower, low), high) : low }
        let ends = terms.map { $0.upper.isFinite ? max(min($0.upper, high), low) : high }
        let shown = terms.indices.filter { panel.x.range.contains(terms[$0].hazardRatio) }
        var heads: [[Double]] = []
        // Arrowheads, a millimetre long.
        let inward = pow(high / low, 1 / panel.area.width)
        let rise = 0.7 / RowLayout.rowHeight
        for (index, row) in rows.enumerated() {
            for side in [rise, -rise] {
                if ends[index] == low || starts[index] == low { heads.append([low, row, low * inward, row + side]) }
                if starts[index] == high || ends[index] == high {
                    heads.append([high, row, high / inward, row + side])
                }
            }
        }
        let line = Series.Mark.segments(width: 0.8, dash: .solid)
        let top = panel.y.range.upperBound
        return [
            Series(
                name: "hazard ratio 1", .segments(width: Theme.referenceWidth, dash: .dashed), color: .lightGray,
                columns: [[1], [panel.y.range.lowerBound], [1], [top]]),
            Series(name: "confidence intervals", line, color: color, columns: [starts, rows, ends, rows]),
            Series(
                name: "intervals that go on", line, color: color,
                columns: (0..<4).map { column in heads.map { $0[column] } }),
            Series(
                name: "references", .points(shape: .openSquare, size: 3), color: color,
                columns: [references.map { _ in 1 }, references]),
            Series(
                name: "hazard ratios", .points(shape: .square, size: 3.6), color: color,
                columns: [shown.map { terms[$0].hazardRatio }, shown.map { rows[$0] }]),
        ]
    }

    private static func ratioText(_ term: Term) -> String {
        "\(ratio(term.hazardRatio)) (\(ratio(term.lower))–\(ratio(term.upper)))"
    }

    /// Two decimals below 10, then one, then none.
    private static func ratio(_ value: Double) -> String {
        guard value.isFinite else { return "∞" }
        if value >= 10_000 { return String(format: "%.0e", value) }
        return String(format: value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f", value)
    }
}
