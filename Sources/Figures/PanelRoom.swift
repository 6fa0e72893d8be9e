/// Finds room for legend and notes in a panel: where nothing is drawn, or else over the plotting area.
enum PanelRoom {
    /// Between the plotting area and what stands over it.
    private static let lift = 1.5

    /// - Returns: the height used over the plotting area.
    static func placeLegend(_ entries: [Legend.Entry], in panel: inout Panel, corners: [FreeSpace.Corner]) -> Double {
        guard !entries.isEmpty else { return 0 }
        let fitted = entries.map { entry in
            var shortened = entry
            shortened.text = TextMetrics.fitted(
                GnuplotText.singleLine(entry.text), size: Theme.text,
                width: panel.area.width - Legend.indent(entry.sample) - 2)
            return shortened
        }
        let size = Legend.columnSize(fitted)
        let free = FreeSpace(of: panel)
        if let found = free.place(width: size.width, height: size.height, corners: corners, inset: 1) {
            panel.legend = Legend.column(
                fitted, x: panel.area.x + found.x, top: panel.area.y + found.y + size.height)
            return 0
        }
        let rows = Legend.rows(fitted, x: panel.area.x + 1, width: panel.area.width - 1)
        panel.legend = rows.legend.raised(by: panel.area.top + lift + rows.height)
        return lift + rows.height
    }

    /// Writes the panel's notes clear of everything drawn, the legend included.
    ///
    /// - Parameter above: what is already used over the plotting area.
    /// - Returns: what is used there afterwards.
    static func placeNotes(in panel: inout Panel, above: Double, corners: [FreeSpace.Corner]) -> Double {
        guard !panel.notes.isEmpty else { return above }
        let width = panel.notes.map { TextMetrics.width($0, size: Theme.text) }.max() ?? 0
        let height = Double(panel.notes.count) * Theme.lineHeight
        var free = FreeSpace(of: panel)
        for placed in panel.legend?.entries ?? [] {
            let (x, y) = (placed.x - panel.area.x, placed.y - panel.area.y)
            free.cover(
                x: x...(x + Legend.width(placed.entry)),
                y: (y - Theme.lineHeight / 2)...(y + Theme.lineHeight / 2), room: 1.5)
        }
        let found = free.place(width: width, height: height, corners: corners, inset: 1)
        let used = found == nil ? (above == 0 ? lift : above) + height : above
        let left = panel.area.x + (found?.x ?? 1)
        let top = found.map { panel.area.y + $0.y + height } ?? panel.area.top + used
        for (index, note) in panel.notes.enumerated() {
            panel.labels.append(
                Label(note, at: .page(x: left, y: top - (Double(index) + 0.5) * Theme.lineHeight), size: Theme.text))
        }
        return used
    }
}
