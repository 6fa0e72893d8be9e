import SurvivalStatistics

/// Observed beside predicted risk: groups with their intervals, the smooth curve, and the diagonal on which predictions
/// would be perfect. Both axes have one scale.
public struct CalibrationFigure: Sendable {
    public var grouped: Calibration
    public var smooth: SmoothCalibration?
    public var timeUnit: String?
    public var title: String?
    public var caption: String?
    public var width: Figure.Width

    public init(
        grouped: Calibration, smooth: SmoothCalibration? = nil, timeUnit: String? = nil, title: String? = nil,
        caption: String? = nil, width: Figure.Width = .singleColumn
    ) {
        self.width = width
        self.grouped = grouped
        self.smooth = smooth
        self.timeUnit = timeUnit
        self.title = title
        self.caption = caption
    }

    /// Lays the figure out.
    ///
    /// - Throws: `FigureError` when no group was followed to the horizon.
    public func figure() throws -> Figure {
        let seen = grouped.groups.filter { $0.observed.isFinite }
        guard !seen.isEmpty else { throw FigureError.nothingToDraw("no group was followed to the horizon") }
        let page = width.rawValue
        var ends: [Double] = seen.flatMap { group in
            [1 - group.predicted, 1 - group.observed, 1 - group.lower, 1 - group.upper].filter(\.isFinite)
        }
        if let smooth { ends += smooth.predicted + smooth.observed }
        // An axis that begins near 0 begins at 0.
        if let least = ends.min(), least < 0.15 { ends.append(0) }
        let range = Ticks.niceRange(of: ends, count: 5)
        let ticks = Ticks.linear(range, count: 5)
        let time = Words.duration(grouped.horizon, unit: timeUnit)
        let x = Axis(title: "Predicted risk at \(time)", range: range, ticks: ticks)
        let y = Axis(title: "Observed risk", range: range, ticks: ticks)
        let left = Theme.margin + Panel.leftWidth(of: y)
        let side = min(62, page - left - 3.5)
        var panel = Panel(
            area: Rectangle(
                x: left, y: Theme.margin + Figure.captionHeight(caption, width: page) + Panel.axisHeight, width: side,
                height: side),
            x: x, y: y)
        panel.series = series(seen, range)
        if let smooth {
            panel.notes = [
                "Slope \(decimal(smooth.slope)) (\(decimal(smooth.slopeLower))–\(decimal(smooth.slopeUpper)))",
                "ICI \(decimal(smooth.index, digits: 3))",
            ]
        }
        let unseen = grouped.groups.count - seen.count
        if unseen > 0 {
            let verb = unseen == 1 ? "ends" : "end"
            panel.notes.append("\(unseen) of \(grouped.groups.count) groups \(verb) before \(time)")
        }
        let entries =
            [
                Legend.Entry(
                    "groups, Kaplan-Meier, \(GnuplotText.number((grouped.level * 1e6).rounded() / 1e4))% CI",
                    color: .group(0), sample: .marker(.circle))
            ] + (smooth == nil ? [] : [Legend.Entry("spline", color: .group(1), sample: .line(.solid))])
            + [Legend.Entry("perfect", color: .lightGray, sample: .line(.dashed))]
        var above = PanelRoom.placeLegend(entries, in: &panel, corners: [.topLeft, .bottomRight])
        above = PanelRoom.placeNotes(in: &panel, above: above, corners: [.bottomRight, .topLeft])
        var figure = Figure(
            width: page,
            height: panel.area.top + max(above, 1.5) + Figure.titleHeight(title, width: page) + Theme.margin,
            title: title, caption: caption, panels: [panel])
        figure.placeTitleAndCaption()
        return figure
    }

    private func decimal(_ value: Double, digits: Int = 2) -> String {
        String(format: "%.\(digits)f", locale: nil, value).replacing("-", with: "−")
    }

    private func series(_ seen: [Calibration.Group], _ range: ClosedRange<Double>) -> [Series] {
        let bounded = seen.filter { $0.lower.isFinite && $0.upper.isFinite }
        var series = [
            Series(
                name: "perfect", .segments(width: Theme.referenceWidth, dash: .dashed), color: .lightGray,
                columns: [[range.lowerBound], [range.lowerBound], [range.upperBound], [range.upperBound]]),
            Series(
                name: "intervals", .segments(width: 0.6, dash: .solid), color: .group(0),
                columns: [
                    bounded.map { 1 - $0.predicted }, bounded.map { 1 - $0.upper }, bounded.map { 1 - $0.predicted },
                    bounded.map { 1 - $0.lower },
                ]),
        ]
        if let smooth {
            let order = smooth.predicted.indices.sorted { smooth.predicted[$0] < smooth.predicted[$1] }
            series.append(
                Series(
                    name: "spline", .line(width: Theme.curveWidth, dash: .solid), color: .group(1),
                    columns: [order.map { smooth.predicted[$0] }, order.map { smooth.observed[$0] }]))
        }
        series.append(
            Series(
                name: "groups", .points(shape: .circle, size: 3), color: .group(0),
                columns: [seen.map { 1 - $0.predicted }, seen.map { 1 - $0.observed }]))
        return series
    }
}
