import Foundation
import SurvivalStatistics

/// Kaplan-Meier curves of one or more groups with all that a paper expects of them: steps, censoring ticks, confidence
/// bands, dashed lines at the medians, counts of patients under the ticks of the time axis, and the test's p-value.
///
/// A curve ends at its group's last follow-up time, or at `horizon`. A band ends where the interval is no longer defined
/// (survival 0). Curves of more than 4,000 times lose those that lie within 0.02 mm of the next on paper.
public struct KaplanMeierFigure: Sendable {
    public var curves: [KaplanMeierCurve]
    /// Curves to lay over them, dashed, such as what a parametric model predicts.
    public var models: [LineFigure.Curve]
    /// p of the log-rank test between the groups, over the whole follow-up.
    public var logRankP: Double?
    /// The hazard ratio as text, such as `HR 2.1 (95% CI 1.4–3.2)`.
    public var hazardRatio: String?
    /// The unit of time for the axis, such as `months`.
    public var timeUnit: String?
    /// Where the time axis ends; nil for the last follow-up. Beyond it few patients are left to say anything of.
    public var horizon: Double?
    /// What survives: the title of the y-axis.
    public var survivalTitle: String
    public var title: String?
    public var caption: String?
    public var width: Figure.Width
    public var table: RiskTable
    /// False for curves predicted for single patients: nobody is at risk or censored there.
    public var showsPatients: Bool

    public init(
        curves: [KaplanMeierCurve], models: [LineFigure.Curve] = [], logRankP: Double? = nil,
        hazardRatio: String? = nil, timeUnit: String? = nil, horizon: Double? = nil,
        survivalTitle: String = "Survival probability", title: String? = nil, caption: String? = nil,
        width: Figure.Width = .singleColumn, table: RiskTable = .atrisk, showsPatients: Bool = true
    ) {
        self.curves = curves
        self.models = models
        self.logRankP = logRankP
        self.hazardRatio = hazardRatio
        self.timeUnit = timeUnit
        self.horizon = horizon
        self.survivalTitle = survivalTitle
        self.title = title
        self.caption = caption
        self.width = width
        self.table = table
        self.showsPatients = showsPatients
    }

    /// Lays the figure out.
    ///
    /// - Throws: `FigureError` when there is no patient, or a curve holds a number that cannot be drawn.
    public func figure() throws -> Figure {
        try check()
        let (x, y) = (timeAxis, survivalAxis)
        let table = try AtRiskTable(
            curves: curves, kind: showsPatients ? table : .none, ticks: x.ticks.map(\.position),
            pageWidth: width.rawValue)
        let left = max(Theme.margin + Panel.leftWidth(of: y), table?.leftWidth ?? 0)
        let captionHeight = Figure.captionHeight(caption, width: width.rawValue)
        var panel = Panel(
            area: Rectangle(
                x: left, y: Theme.margin + captionHeight + (table?.height ?? 0) + Panel.axisHeight,
                width: width.rawValue - left - 3.5, height: width.plotHeight),
            x: x, y: y)
        panel.series = series(in: panel)
        panel.notes = notes(width: panel.area.width)
        panel.tickTable = table?.contents
        panel.labels = table?.labels(under: panel) ?? []
        let above = placeLegend(in: &panel)
        let height =
            panel.area.top + max(above, 1.5) + Figure.titleHeight(title, width: width.rawValue) + Theme.margin
        var figure = Figure(width: width.rawValue, height: height, title: title, caption: caption, panels: [panel])
        figure.placeTitleAndCaption()
        figure.summary = summary
        return figure
    }

    private func check() throws {
        guard curves.contains(where: { !$0.time.isEmpty }) else {
            throw FigureError.nothingToDraw("the Kaplan-Meier curves have no patients")
        }
        try TimeAxis.check(horizon)
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
        TimeAxis.axis(
            last: curves.compactMap(\.time.last).max() ?? 0, horizon: horizon, unit: timeUnit, width: width)
    }

    private var survivalAxis: Axis {
        let ticks = [(0, "0.00"), (0.25, "0.25"), (0.5, "0.50"), (0.75, "0.75"), (1, "1.00")]
        // A little room above 1 keeps a curve of survival 1 clear of the page's edge.
        return Axis(title: survivalTitle, range: 0...1.02, ticks: ticks.map { Axis.Tick($0.0, $0.1) })
    }

    // MARK: Series

    private func series(in panel: Panel) -> [Series] {
        let drawn = curves.enumerated().filter { !$0.element.time.isEmpty }
        let corners = drawn.map { TimeAxis.corners($0.element.time, horizon: horizon, in: panel) }
        return zip(drawn, corners).map { band($0.element, at: $1, color: .group($0.offset)) }
            + medianLines
            + zip(drawn, corners).map { steps($0.element, at: $1, index: $0.offset) }
            + drawn.compactMap { censorings($0.element, color: .group($0.offset), in: panel) }
            + models.enumerated().map { index, model in
                let rows = model.x.indices.filter { model.x[$0] <= horizon ?? .infinity }
                return Series(
                    name: model.name, .line(width: Theme.curveWidth, dash: .dashed),
                    color: .group(curves.count + index),
                    columns: [rows.map { model.x[$0] }, rows.map { model.y[$0] }])
            }
    }

    private func band(_ curve: KaplanMeierCurve, at corners: [TimeAxis.Corner], color: Color) -> Series {
        // Before the first event nothing is uncertain yet: estimators report no interval there, or one of width 0.
        func bound(_ values: [Double]) -> [Double] {
            [1]
                + corners.map { corner in
                    guard let row = corner.row else { return 1 }
                    return curve.survival[row] == 1 && values[row].isNaN ? 1 : values[row]
                }
        }
        return Series(
            name: curve.name.map { "\($0), confidence interval" }, .stepBand, color: color,
            opacity: curves.count > 4 ? 0.1 : 0.17,
            columns: [[0] + corners.map(\.time), bound(curve.lower), bound(curve.upper)])
    }

    private func steps(_ curve: KaplanMeierCurve, at corners: [TimeAxis.Corner], index: Int) -> Series {
        Series(
            name: curve.name, .steps(width: Theme.curveWidth, dash: .group(index)), color: .group(index),
            columns: [[0] + corners.map(\.time), [1] + corners.map { $0.row.map { curve.survival[$0] } ?? 1 }])
    }

    private func censorings(_ curve: KaplanMeierCurve, color: Color, in panel: Panel) -> Series? {
        let censored = curve.time.indices.filter { curve.censoredCount[$0] > 0 }
        let shown = Set(TimeAxis.corners(censored.map { curve.time[$0] }, horizon: horizon, in: panel).map(\.time))
        let rows = censored.filter { shown.contains(curve.time[$0]) }
        guard showsPatients, !rows.isEmpty else { return nil }
        return Series(
            name: curve.name.map { "\($0), censored" }, .strokes(height: 1.5, width: 0.5), color: color,
            columns: [rows.map { curve.time[$0] }, rows.map { curve.survival[$0] }])
    }

    /// From the axis at one half to the farthest median, and down from each.
    private var medianLines: [Series] {
        let medians = curves.enumerated().compactMap { index, curve in curve.median.map { (index, $0) } }
            .filter { $0.1 <= horizon ?? .infinity }
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

    private func notes(width: Double) -> [String] {
        var notes: [String] = []
        if let logRankP, logRankP.isFinite {
            notes.append("Log-rank p " + PValue.comparison(logRankP))
        }
        if let hazardRatio {
            // What is compared gets a line of its own before the line is broken anywhere else.
            let wide = min(max(width * 0.62, 40), width)
            let whole = GnuplotText.singleLine(hazardRatio)
            let parts =
                TextMetrics.width(whole, size: Theme.text) > wide
                ? whole.split(separator: ", ", maxSplits: 1).map(String.init) : [whole]
            notes += parts.flatMap { TextMetrics.wrapped($0, size: Theme.text, width: wide) }
        }
        return notes
    }

    private var entries: [Legend.Entry] {
        guard curves.count > 1 || curves.contains(where: { $0.name != nil }) || !models.isEmpty else { return [] }
        return curves.enumerated().map { index, curve in
            Legend.Entry(
                curve.name ?? (curves.count > 1 ? "All" : "Kaplan-Meier"), color: .group(index),
                sample: .line(.group(index)))
        }
            + models.enumerated().map { index, model in
                Legend.Entry(model.name, color: .group(curves.count + index), sample: .line(.dashed))
            }
    }

    /// Puts legend and notes where nothing is drawn, or else over the plotting area.
    ///
    /// - Returns: the height that is needed over the plotting area.
    private func placeLegend(in panel: inout Panel) -> Double {
        let above = PanelRoom.placeLegend(entries, in: &panel, corners: [.topRight, .bottomLeft])
        return PanelRoom.placeNotes(in: &panel, above: above, corners: [.bottomLeft, .topRight])
    }

    // MARK: In words

    private var summary: String {
        let unit = timeUnit.map { " " + $0 } ?? ""
        var sentences = [
            "\(survivalTitle) over time" + (horizon.map { ", shown until \(Words.number($0))\(unit)" } ?? "")
                + ": "
                + (showsPatients
                    ? "Kaplan-Meier curves of \(Words.counted(curves.count, "group"))"
                    : Words.counted(curves.count, "predicted curve"))
        ]
        sentences += curves.map { curve in
            let median = curve.median.map { median in
                "median \(Words.number(median))\(unit) (\(Words.percent(curve.level)) confidence interval "
                    + "\(Words.time(curve.medianLower)) to \(Words.time(curve.medianUpper)))"
            }
            let patients = "\(Words.counted(curve.patients, "patient")), \(Words.counted(curve.events, "event")), "
            return "\(curve.name ?? "All"): \(showsPatients ? patients : "")\(median ?? "median not reached")"
        }
        sentences += models.map { "Dashed: \($0.name)" }
        if let logRankP, logRankP.isFinite { sentences.append("Log-rank p " + PValue.comparison(logRankP)) }
        if let hazardRatio { sentences.append(hazardRatio) }
        return Words.sentences(sentences)
    }
}
