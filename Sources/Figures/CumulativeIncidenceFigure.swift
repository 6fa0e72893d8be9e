import SurvivalStatistics

/// Cumulative incidences of competing causes: steps from 0 upwards, confidence bands, the patients at risk under the
/// ticks of the time axis, and the p-values of Gray's tests.
///
/// One group has a colour per cause. Several groups have a colour each, and their causes solid, dashed and dotted
/// lines; from the fourth cause on these begin again, with labels to tell them by. A curve ends at its group's last
/// follow-up time; a band begins with the first event of the cause.
public struct CumulativeIncidenceFigure: Sendable {
    /// For each group its curves, one per cause.
    public var groups: [[CumulativeIncidenceCurve]]
    public var tests: [GrayTest]
    /// The unit of time for the axis, such as `months`.
    public var timeUnit: String?
    /// Where the time axis ends; nil for the last follow-up.
    public var horizon: Double?
    public var title: String?
    public var caption: String?
    public var width: Figure.Width
    public var table: RiskTable

    public init(
        groups: [[CumulativeIncidenceCurve]], tests: [GrayTest] = [], timeUnit: String? = nil, horizon: Double? = nil,
        title: String? = nil, caption: String? = nil, width: Figure.Width = .singleColumn, table: RiskTable = .atrisk
    ) {
        self.groups = groups
        self.tests = tests
        self.timeUnit = timeUnit
        self.horizon = horizon
        self.title = title
        self.caption = caption
        self.width = width
        self.table = table
    }

    /// Lays the figure out.
    ///
    /// - Throws: `FigureError` when there is no patient, or a curve holds a number that cannot be drawn.
    public func figure() throws -> Figure {
        try check()
        let (x, y) = (timeAxis, incidenceAxis)
        let table = try AtRiskTable(
            groups: groups.enumerated().map { index, curves in
                (curves[0].name ?? "", groups.count > 1 ? Color.group(index) : .black, curves)
            }, kind: table, ticks: x.ticks.map(\.position), pageWidth: width.rawValue)
        let left = max(Theme.margin + Panel.leftWidth(of: y), table?.leftWidth ?? 0)
        let captionHeight = Figure.captionHeight(caption, width: width.rawValue)
        var panel = Panel(
            area: Rectangle(
                x: left, y: Theme.margin + captionHeight + (table?.height ?? 0) + Panel.axisHeight,
                width: width.rawValue - left - 3.5, height: width.plotHeight),
            x: x, y: y)
        let lines = lines
        let places = lines.map { corners($0.curve, in: panel) }
        panel.series = zip(lines, places).map(band) + zip(lines, places).map(steps)
        panel.notes = notes.flatMap { TextMetrics.wrapped($0, size: Theme.text, width: panel.area.width * 0.8) }
        panel.tickTable = table?.contents
        panel.labels = table?.labels(under: panel) ?? []
        let placed = PanelRoom.placeLegend(
            lines.map { Legend.Entry($0.label, color: $0.color, sample: .line($0.dash)) }, in: &panel,
            corners: [.topLeft, .bottomRight])
        let above = PanelRoom.placeNotes(in: &panel, above: placed, corners: [.topLeft, .bottomRight])
        let height =
            panel.area.top + max(above, 1.5) + Figure.titleHeight(title, width: width.rawValue) + Theme.margin
        var figure = Figure(width: width.rawValue, height: height, title: title, caption: caption, panels: [panel])
        figure.placeTitleAndCaption()
        figure.summary = summary
        return figure
    }

    private func check() throws {
        guard groups.contains(where: { $0.contains { !$0.time.isEmpty } }) else {
            throw FigureError.nothingToDraw("the cumulative incidences have no patients")
        }
        try TimeAxis.check(horizon)
        for curve in groups.joined() {
            if let time = curve.time.first(where: { !($0.isFinite && $0 >= 0) }) {
                throw FigureError.invalidValue(
                    "the incidence of \(curve.cause) has the time \(time); a time is finite and not negative")
            }
            if let incidence = curve.incidence.first(where: { !(0...1).contains($0) }) {
                throw FigureError.invalidValue(
                    "the incidence of \(curve.cause) has the value \(incidence), which is not between 0 and 1")
            }
        }
    }

    // MARK: Axes

    private var timeAxis: Axis {
        TimeAxis.axis(
            last: groups.joined().compactMap(\.time.last).max() ?? 0, horizon: horizon, unit: timeUnit, width: width)
    }

    /// From 0 to a round number above curves and bands: a rare event would be a line at the foot of a whole axis.
    private var incidenceAxis: Axis {
        let shown = groups.joined().flatMap { curve in
            curve.time.indices.filter { curve.time[$0] <= horizon ?? .infinity }
                .flatMap { [curve.incidence[$0], curve.upper[$0]] }
        }
        let highest = shown.filter { !$0.isNaN }.max() ?? 0
        let range = highest > 0 ? Ticks.niceRange(of: [0, highest], count: 5) : 0...1
        let top = min(range.upperBound, 1)
        // A little room above keeps a line at the top clear of the page's edge.
        return Axis(
            title: "Cumulative incidence", range: 0...(top * 1.02), ticks: Ticks.linear(0...top, count: 5))
    }

    // MARK: Series

    private struct Line {
        var curve: CumulativeIncidenceCurve
        var label: String
        var color: Color
        var dash: Series.Dash
    }

    private var lines: [Line] {
        let dashes: [Series.Dash] = [.solid, .dashed, .dotted]
        return groups.enumerated().flatMap { index, curves in
            curves.enumerated().filter { !$0.element.time.isEmpty }.map { cause, curve in
                let isAlone = groups.count == 1
                return Line(
                    curve: curve,
                    label: isAlone
                        ? curve.cause
                        : curves.count == 1 ? curve.name ?? "All" : "\(curve.name ?? "All"), \(curve.cause)",
                    color: .group(isAlone ? cause : index),
                    dash: isAlone ? .group(cause) : dashes[cause % dashes.count])
            }
        }
    }

    /// The times at which a curve rises, and its last: in between nothing changes, and dashes would begin again.
    private func corners(_ curve: CumulativeIncidenceCurve, in panel: Panel) -> [TimeAxis.Corner] {
        let all = TimeAxis.corners(curve.time, horizon: horizon, in: panel)
        var shown = 0.0
        return all.enumerated().filter { index, corner in
            let value = corner.row.map { curve.incidence[$0] } ?? 0
            defer { shown = value }
            return value != shown || index == all.count - 1
        }.map(\.element)
    }

    private func band(_ line: Line, at corners: [TimeAxis.Corner]) -> Series {
        let curve = line.curve
        // Before the first event nothing is uncertain yet: there is no interval.
        func bound(_ values: [Double]) -> [Double] {
            [0]
                + corners.map { corner in
                    guard let row = corner.row else { return 0 }
                    return curve.incidence[row] == 0 && values[row].isNaN ? 0 : values[row]
                }
        }
        return Series(
            name: "\(line.label), confidence interval", .stepBand, color: line.color,
            opacity: groups.joined().count > 4 ? 0.1 : 0.17,
            columns: [[0] + corners.map(\.time), bound(curve.lower), bound(curve.upper)])
    }

    /// A dashed curve as one line around its corners, since each step would begin its dashes anew.
    private func steps(_ line: Line, at corners: [TimeAxis.Corner]) -> Series {
        func incidence(_ corner: TimeAxis.Corner) -> Double { corner.row.map { line.curve.incidence[$0] } ?? 0 }
        if line.dash == .solid {
            return Series(
                name: line.label, .steps(width: Theme.curveWidth, dash: .solid), color: line.color,
                columns: [[0] + corners.map(\.time), [0] + corners.map(incidence)])
        }
        var (x, y) = ([0.0], [0.0])
        for corner in corners {
            x += [corner.time, corner.time]
            y += [y[y.count - 1], incidence(corner)]
        }
        return Series(
            name: line.label, .line(width: Theme.curveWidth, dash: line.dash), color: line.color, columns: [x, y])
    }

    private var notes: [String] {
        tests.filter(\.p.isFinite).map { test in
            (tests.count > 1 ? "\(test.cause): " : "") + "Gray p " + PValue.comparison(test.p)
        }
    }

    // MARK: In words

    private var summary: String {
        let unit = timeUnit.map { " " + $0 } ?? ""
        var sentences = [
            "Cumulative incidence of \(Words.counted(Set(groups.joined().map(\.cause)).count, "cause")) over time"
                + (horizon.map { ", shown until \(Words.number($0))\(unit)" } ?? "")
        ]
        for curves in groups {
            sentences.append(
                "\(curves[0].name ?? "All"): \(Words.counted(curves[0].patients, "patient"))"
                    + curves.map { curve in
                        let last = curve.time.lastIndex { $0 <= horizon ?? .infinity }
                        let value = last.map { ", incidence at the end \(Words.number(curve.incidence[$0]))" } ?? ""
                        return "; \(curve.cause), \(Words.counted(curve.events, "event"))\(value)"
                    }.joined())
        }
        return Words.sentences(sentences + notes)
    }
}
