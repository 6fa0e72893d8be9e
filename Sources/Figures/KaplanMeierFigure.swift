import Foundation
import SurvivalStatistics

/// Kaplan-Meier curves of one or more groups with all that a paper expects of them: steps, censoring ticks, confidence
/// bands, dashed lines at the medians, the patients at risk under the ticks of the time axis, and the test's p-value.
///
/// A curve ends at its group's last follow-up time. A band ends where the interval is no longer defined (survival 0).
public struct KaplanMeierFigure: Sendable {
    public var curves: [KaplanMeierCurve]
    /// p of the log-rank test between the groups.
    public var logRankP: Double?
    /// The hazard ratio as text, such as `HR 2.1 (95% CI 1.4–3.2)`.
    public var hazardRatio: String?
    /// The unit of time for the axis, such as `months`.
    public var timeUnit: String?
    /// What survives: the title of the y-axis.
    public var survivalTitle: String
    public var title: String?
    public var caption: String?
    public var width: Figure.Width
    /// Whether the patients at risk stand under the axis; of curves predicted for single patients nobody is.
    public var showsAtRisk: Bool

    public init(
        curves: [KaplanMeierCurve], logRankP: Double? = nil, hazardRatio: String? = nil, timeUnit: String? = nil,
        survivalTitle: String = "Survival probability", title: String? = nil, caption: String? = nil,
        width: Figure.Width = .singleColumn, showsAtRisk: Bool = true
    ) {
        self.curves = curves
        self.logRankP = logRankP
        self.hazardRatio = hazardRatio
        self.timeUnit = timeUnit
        self.survivalTitle = survivalTitle
        self.title = title
        self.caption = caption
        self.width = width
        self.showsAtRisk = showsAtRisk
    }

    /// Lays the figure out.
    ///
    /// - Throws: `FigureError` when there is no patient, or a curve holds a number that cannot be drawn.
    public func figure() throws -> Figure {
        try check()
        let (x, y) = (timeAxis, survivalAxis)
        let table =
            showsAtRisk
            ? AtRiskTable(curves: curves, ticks: x.ticks.map(\.position), pageWidth: width.rawValue) : nil
        let left = max(Theme.margin + Panel.leftWidth(of: y), table?.leftWidth ?? 0)
        let captionHeight = Figure.captionHeight(caption, width: width.rawValue)
        var panel = Panel(
            area: Rectangle(
                x: left, y: Theme.margin + captionHeight + (table?.height ?? 0) + Panel.axisHeight,
                width: width.rawValue - left - 3.5, height: width == .singleColumn ? 46 : 70),
            x: x, y: y)
        panel.series = series
        panel.notes = notes
        panel.tickTable = table?.contents
        panel.labels = table?.labels(under: panel) ?? []
        let above = placeLegend(in: &panel)
        let height =
            panel.area.top + max(above, 1.5) + Figure.titleHeight(title, width: width.rawValue) + Theme.margin
        var figure = Figure(width: width.rawValue, height: height, title: title, caption: caption, panels: [panel])
        figure.placeTitleAndCaption()
        return figure
    }

    private func check() throws {
        guard curves.contains(where: { !$0.time.isEmpty }) else {
            throw FigureError.nothingToDraw("the Kaplan-Meier curves have no patients")
        }
        for curve in curves {
            let whose = curve.name.map { "the curve of \($0)" } ?? "the curve"
            if let time = curve.time.first(where: { !($0.isFinite && $0 >= 0) }) {
                throw FigureError.invalidValue("\(whose) has the time \(time); a time is finite and not negative")
            }
            if let survival = curve.survival.first(where: { !(0...1).contains($0) }) {
                throw FigureError.invalidValue("\(whose) has the survival \(survival), which is not between 0 and 1")
            }
        }
    }

    // MARK: Axes

    private var timeAxis: Axis {
        let last = curves.flatMap(\.time).max() ?? 0
        let end = last > 0 ? last : 1
        // A tick just beyond the last follow-up is worth the little room it takes.
        let ticks = Ticks.time(upTo: end * 1.04, unit: timeUnit, count: width == .singleColumn ? 7 : 11)
        let limit = max(end * 1.01, ticks.last?.position ?? 0)
        return Axis(
            title: "Time" + (timeUnit.map { " (\($0))" } ?? ""), range: 0...limit, ticks: ticks)
    }

    private var survivalAxis: Axis {
        let ticks = [(0, "0.00"), (0.25, "0.25"), (0.5, "0.50"), (0.75, "0.75"), (1, "1.00")]
        // A little room above 1 keeps a curve of survival 1 clear of the page's edge.
        return Axis(title: survivalTitle, range: 0...1.02, ticks: ticks.map { Axis.Tick($0.0, $0.1) })
    }

    // MARK: Series

    private var series: [Series] {
        let drawn = curves.enumerated().filter { !$0.element.time.isEmpty }
        return drawn.map { band($0.element, color: .group($0.offset)) }
            + medianLines
            + drawn.map { steps($0.element, index: $0.offset) }
            + drawn.compactMap { censorings($0.element, color: .group($0.offset)) }
    }

    private func band(_ curve: KaplanMeierCurve, color: Color) -> Series {
        // Before the first event nothing is uncertain yet: estimators report no interval there, or one of width 0.
        func bound(_ values: [Double]) -> [Double] {
            [1] + zip(curve.survival, values).map { $0 == 1 && $1.isNaN ? 1 : $1 }
        }
        return Series(
            name: curve.name.map { "\($0), confidence interval" }, .stepBand, color: color,
            opacity: curves.count > 4 ? 0.1 : 0.17,
            columns: [[0] + curve.time, bound(curve.lower), bound(curve.upper)])
    }

    private func steps(_ curve: KaplanMeierCurve, index: Int) -> Series {
        Series(
            name: curve.name, .steps(width: Theme.curveWidth, dash: dash(index)), color: .group(index),
            columns: [[0] + curve.time, [1] + curve.survival])
    }

    /// Beyond the palette the colours begin again, dashed.
    private func dash(_ index: Int) -> Series.Dash { index < Color.palette.count ? .solid : .dashed }

    private func censorings(_ curve: KaplanMeierCurve, color: Color) -> Series? {
        let rows = curve.time.indices.filter { curve.censoredCount[$0] > 0 }
        guard showsAtRisk, !rows.isEmpty else { return nil }
        return Series(
            name: curve.name.map { "\($0), censored" }, .strokes(height: 1.5, width: 0.5), color: color,
            columns: [rows.map { curve.time[$0] }, rows.map { curve.survival[$0] }])
    }

    /// From the axis at one half to the farthest median, and down from each.
    private var medianLines: [Series] {
        let medians = curves.enumerated().compactMap { index, curve in curve.median.map { (index, $0) } }
        guard let farthest = medians.map(\.1).max() else { return [] }
        let mark = Series.Mark.segments(width: Theme.referenceWidth, dash: .dashed)
        let across = Series(name: "one half", mark, color: .lightGray, columns: [[0], [0.5], [farthest], [0.5]])
        return [across]
            + medians.map { index, median in
                Series(
                    name: (curves[index].name.map { $0 + ", " } ?? "") + "median", mark, color: .group(index),
                    opacity: 0.7, columns: [[median], [0.5], [median], [0]])
            }
    }

    // MARK: Legend and notes

    private var notes: [String] {
        var notes: [String] = []
        if let logRankP, logRankP.isFinite {
            notes.append("Log-rank p " + PValue.comparison(logRankP))
        }
        if let hazardRatio { notes.append(hazardRatio) }
        return notes
    }

    private var entries: [Legend.Entry] {
        guard curves.count > 1 || curves.contains(where: { $0.name != nil }) else { return [] }
        return curves.enumerated().map { index, curve in
            Legend.Entry(curve.name ?? "All", color: .group(index), sample: .line(dash(index)))
        }
    }

    /// Puts legend and notes where nothing is drawn, or else over the plotting area.
    ///
    /// - Returns: the height that is needed over the plotting area.
    private func placeLegend(in panel: inout Panel) -> Double {
        let above = PanelRoom.placeLegend(entries, in: &panel, corners: [.topRight, .bottomLeft])
        return PanelRoom.placeNotes(in: &panel, above: above, corners: [.bottomLeft, .topRight])
    }
}
