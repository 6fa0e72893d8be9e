/// Where the titles and tick labels of a panel stand. Layout and drawing both ask here.
extension Panel {
    /// From the left axis to the right end of its tick labels.
    static let tickLabelGap = 1.5
    /// From the bottom axis to the middle of its tick labels.
    static let tickLabelDrop = 2.4
    /// From the bottom axis to the middle of its title.
    static let axisTitleDrop = 5.6
    /// From the bottom axis to the lower edge of its title.
    static let axisHeight = 7.2

    /// What the left axis takes beside the plotting area, its title included.
    static func leftWidth(of axis: Axis) -> Double {
        tickLabelGap + tickLabelWidth(of: axis) + (axis.title.isEmpty ? 0 : 4.2)
    }

    /// What the bottom axis takes under the plotting area, its title included.
    static func axisHeight(of axis: Axis) -> Double {
        guard axis.hasRotatedLabels else { return axis.title.isEmpty ? axisHeight - 3.2 : axisHeight }
        return tickLabelGap + tickLabelWidth(of: axis) + (axis.title.isEmpty ? 0.5 : 3.8)
    }

    private static func tickLabelWidth(of axis: Axis) -> Double {
        axis.ticks.map { TextMetrics.width($0.label, size: Theme.smallText) }.max() ?? 0
    }

    /// Title, axis titles and tick labels as placed text.
    var placedTitles: [Label] {
        var labels: [Label] = []
        if frame != .box && frame != .none {
            labels += x.ticks.map {
                Label(
                    GnuplotText.singleLine($0.label),
                    at: .column(
                        x: $0.position,
                        pageY: area.y - (x.hasRotatedLabels ? Self.tickLabelGap : Self.tickLabelDrop)),
                    alignment: x.hasRotatedLabels ? .right : .center, color: $0.color, isRotated: x.hasRotatedLabels)
            }
            labels += y.ticks.map {
                Label(
                    GnuplotText.singleLine($0.label),
                    at: .row(
                        pageX: area.x - Self.tickLabelGap - (y.hasLabelsAtLeft ? Self.tickLabelWidth(of: y) : 0),
                        y: $0.position),
                    alignment: y.hasLabelsAtLeft ? .left : .right, color: $0.color)
            }
            let drop = x.hasRotatedLabels ? Self.axisHeight(of: x) - 1.6 : Self.axisTitleDrop
            labels.append(
                Label(
                    fitted(x.title, area.width + Self.titleOverhang),
                    at: .page(x: area.x + area.width / 2, y: area.y - drop), alignment: .center,
                    size: Theme.text))
            let left = area.x - Self.leftWidth(of: y) + 1.6
            labels.append(
                Label(
                    fitted(y.title, area.height + Self.titleOverhang), at: .page(x: left, y: area.y + area.height / 2),
                    alignment: .center, size: Theme.text,
                    isRotated: true))
        }
        if let title {
            labels.append(
                Label(
                    fitted(title, area.width + Self.titleOverhang),
                    at: .page(x: area.x + area.width / 2, y: area.top + 2.4), alignment: .center,
                    size: Theme.text))
        }
        return labels
    }

    /// How much longer than the plotting area a title may be.
    private static let titleOverhang = 6.0

    /// The title on one line, cut where it would leave the page.
    private func fitted(_ title: String, _ width: Double) -> String {
        TextMetrics.fitted(GnuplotText.singleLine(title), size: Theme.text, width: width)
    }
}
