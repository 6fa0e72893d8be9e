import SurvivalStatistics

/// The numbers of patients at risk, under the ticks of the time axis.
///
/// Short group names stand at the left of their numbers, in the group's colour. When one is long, all names get lines
/// of their own, so that the plotting area keeps its width.
struct AtRiskTable {
    private let rows: [Panel.TickTable.Row]
    private let ticks: [Double]
    private let pageWidth: Double

    init(curves: [KaplanMeierCurve], ticks: [Double], pageWidth: Double) {
        self.ticks = ticks
        self.pageWidth = pageWidth
        rows = curves.enumerated().map { index, curve in
            Panel.TickTable.Row(
                name: curve.name ?? (curves.count > 1 ? "All" : ""),
                color: Color.group(index).forText,
                cells: ticks.map { String(Self.atRisk(curve, at: $0)) })
        }
    }

    /// For groups of competing risks, each named once.
    ///
    /// - Parameter groups: name, colour, and one of the curves, which all tell who is at risk.
    init(
        groups: [(name: String, color: Color, curve: CumulativeIncidenceCurve)], ticks: [Double], pageWidth: Double
    ) {
        self.ticks = ticks
        self.pageWidth = pageWidth
        rows = groups.map { group in
            Panel.TickTable.Row(
                name: group.name, color: group.color.forText,
                cells: ticks.map { tick in
                    String(group.curve.time.firstIndex { $0 >= tick }.map { group.curve.atRisk[$0] } ?? 0)
                })
        }
    }

    /// Patients whose follow-up is at least `time`.
    static func atRisk(_ curve: KaplanMeierCurve, at time: Double) -> Int {
        curve.time.firstIndex { $0 >= time }.map { curve.atRisk[$0] } ?? 0
    }

    var contents: Panel.TickTable { Panel.TickTable(title: "Number at risk", rows: rows) }

    private var nameWidth: Double {
        rows.map { TextMetrics.width(GnuplotText.singleLine($0.name), size: Theme.smallText) }.max() ?? 0
    }

    /// Between the names and the left axis: half a number stands there, and a gap.
    private var nameGap: Double {
        2.2 + (rows.map { TextMetrics.width($0.cells.first ?? "", size: Theme.smallText) }.max() ?? 0) / 2
    }

    private var hasNamesBeside: Bool { nameWidth <= pageWidth * 0.22 }

    /// What the names need at the left of the plotting area.
    var leftWidth: Double {
        hasNamesBeside ? Theme.margin + nameWidth + nameGap : 0
    }

    private var linesPerRow: Int { hasNamesBeside ? 1 : 2 }

    /// What the table takes under the title of the x-axis.
    var height: Double { Double(rows.count * linesPerRow + 1) * Theme.smallLineHeight + 0.8 }

    func labels(under panel: Panel) -> [Label] {
        let top = panel.area.y - Panel.axisHeight - 0.8
        func center(_ line: Int) -> Double { top - (Double(line) + 0.5) * Theme.smallLineHeight }
        let left = Theme.margin
        var labels = [Label(contents.title, at: .page(x: left, y: center(0)))]
        for (index, row) in rows.enumerated() {
            let line = 1 + index * linesPerRow
            let name = TextMetrics.fitted(
                GnuplotText.singleLine(row.name), size: Theme.smallText, width: pageWidth - left - Theme.margin)
            labels.append(Label(name, at: .page(x: left, y: center(line)), color: row.color))
            labels += zip(ticks, row.cells).map { tick, cell in
                Label(
                    cell, at: .column(x: tick, pageY: center(line + linesPerRow - 1)), alignment: .center)
            }
        }
        return labels
    }
}
