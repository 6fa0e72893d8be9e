import Foundation
import SurvivalStatistics

/// The counts of patients under the ticks of the time axis.
///
/// Short names stand at the left of their numbers, in the group's colour. When one is long, all names get lines of
/// their own, so that the plotting area keeps its width.
struct AtRiskTable {
    private struct Group {
        var name: String
        var color: Color
        var counts: [StatusCounts]
        /// Each cause that is shown, with its events; one without a name where there is one cause only.
        var causes: [(name: String, events: [Double])]
    }

    private let rows: [Panel.TickTable.Row]
    private let ticks: [Double]
    private let pageWidth: Double
    private let isExtended: Bool

    /// - Returns: nil when nothing is to be shown.
    init?(curves: [KaplanMeierCurve], kind: RiskTable, ticks: [Double], pageWidth: Double) throws {
        let groups = try curves.enumerated().map { index, curve in
            let counts = try curve.statusCounts(at: ticks)
            return Group(
                name: curve.name ?? (curves.count > 1 ? "All" : ""), color: Color.group(index).forText, counts: counts,
                causes: [("Events", counts.map(\.events))])
        }
        self.init(groups, kind: kind, ticks: ticks, pageWidth: pageWidth)
    }

    /// For groups of competing risks, each named once.
    ///
    /// - Parameter groups: name, colour, and the curves of the causes shown.
    init?(
        groups: [(name: String, color: Color, curves: [CumulativeIncidenceCurve])], kind: RiskTable, ticks: [Double],
        pageWidth: Double
    ) throws {
        let counted = try groups.map { group in
            let counts = try group.curves.map { try $0.statusCounts(at: ticks) }
            var causes = zip(group.curves, counts).map { ($0.cause, $1.map(\.events)) }
            // What is neither at risk nor censored nor of a cause shown, so that the lines still sum to everyone.
            let other = ticks.indices.map { tick in
                counts[0][tick].otherEvents - counts.dropFirst().reduce(0) { $0 + $1[tick].events }
            }
            if other.contains(where: { $0 > 0 }) { causes.append(("other events", other)) }
            return Group(name: group.name, color: group.color.forText, counts: counts[0], causes: causes)
        }
        self.init(counted, kind: kind, ticks: ticks, pageWidth: pageWidth)
    }

    private init?(_ groups: [Group], kind: RiskTable, ticks: [Double], pageWidth: Double) {
        self.ticks = ticks
        self.pageWidth = pageWidth
        isExtended = kind == .extended
        switch kind {
        case .none: return nil
        case .atrisk:
            rows = groups.map {
                Panel.TickTable.Row(name: $0.name, color: $0.color, cells: $0.counts.map { Self.text($0.atRisk) })
            }
        case .extended:
            rows = groups.flatMap { group in
                let lines = [
                    ("At risk", group.counts.map(\.atRisk)), ("Censored", group.counts.map(\.censored)),
                ]
                let heading = Panel.TickTable.Row(name: group.name, color: group.color, cells: [])
                return (group.name.isEmpty ? [] : [heading])
                    + (lines + group.causes).map { name, numbers in
                        Panel.TickTable.Row(name: name, color: .black, cells: numbers.map(Self.text))
                    }
            }
        }
    }

    /// Sums of weights need not be whole.
    static func text(_ count: Double) -> String {
        count == count.rounded() ? GnuplotText.number(count) : String(format: "%.1f", count)
    }

    var contents: Panel.TickTable {
        Panel.TickTable(title: isExtended ? "" : "Number at risk", rows: rows)
    }

    private var numbered: [Panel.TickTable.Row] { rows.filter { !$0.cells.isEmpty } }

    private var nameWidth: Double {
        numbered.map { TextMetrics.width(GnuplotText.singleLine($0.name), size: Theme.smallText) }.max() ?? 0
    }

    /// Between the names and the left axis: half a number stands there, and a gap.
    private var nameGap: Double {
        2.2 + (numbered.map { TextMetrics.width($0.cells.first ?? "", size: Theme.smallText) }.max() ?? 0) / 2
    }

    private var hasNamesBeside: Bool { nameWidth <= pageWidth * 0.22 }

    /// What the names need at the left of the plotting area.
    var leftWidth: Double {
        hasNamesBeside ? Theme.margin + nameWidth + nameGap : 0
    }

    /// Over the name of each group but the first.
    private static let groupGap = 0.7

    private var gapCount: Int { max(rows.filter(\.cells.isEmpty).count - 1, 0) }

    private func lines(_ row: Panel.TickTable.Row) -> Int { hasNamesBeside || row.cells.isEmpty ? 1 : 2 }

    /// What the table takes under the title of the x-axis.
    var height: Double {
        let count = rows.reduce(isExtended ? 0 : 1) { $0 + lines($1) }
        return Double(count) * Theme.smallLineHeight + Double(gapCount) * Self.groupGap + 0.8
    }

    func labels(under panel: Panel) -> [Label] {
        var top = panel.area.y - Panel.axisHeight - 0.8
        func center(_ line: Int) -> Double { top - (Double(line) + 0.5) * Theme.smallLineHeight }
        let left = Theme.margin
        var labels = isExtended ? [] : [Label(contents.title, at: .page(x: left, y: center(0)))]
        var line = isExtended ? 0 : 1
        for (index, row) in rows.enumerated() {
            if row.cells.isEmpty && index > 0 { top -= Self.groupGap }
            let name = TextMetrics.fitted(
                GnuplotText.singleLine(row.name), size: Theme.smallText, width: pageWidth - left - Theme.margin)
            labels.append(Label(name, at: .page(x: left, y: center(line)), color: row.color))
            line += lines(row)
            labels += zip(ticks, row.cells).map { tick, cell in
                Label(cell, at: .column(x: tick, pageY: center(line - 1)), alignment: .center)
            }
        }
        return labels
    }
}
