/// What the colours and shapes of a panel mean, placed on the page.
public struct Legend: Sendable, Equatable {
    public enum Sample: Sendable, Equatable {
        case line(Series.Dash)
        case marker(Series.Shape)
    }

    public struct Entry: Sendable, Equatable {
        public var text: String
        public var color: Color
        public var sample: Sample

        public init(_ text: String, color: Color, sample: Sample) {
            self.text = text
            self.color = color
            self.sample = sample
        }
    }

    /// An entry with the left end of its sample, in millimetres on the page.
    public struct Placed: Sendable, Equatable {
        public var entry: Entry
        public var x: Double
        public var y: Double
    }

    public var entries: [Placed]

    /// Width of an entry's sample and the gap after it.
    static func indent(_ sample: Sample) -> Double {
        switch sample {
        case .line: Theme.legendSample + Theme.legendGap
        case .marker: 2 + Theme.legendGap * 0.6
        }
    }

    static func width(_ entry: Entry) -> Double {
        indent(entry.sample) + TextMetrics.width(entry.text, size: Theme.text)
    }

    /// Size of the entries written one below the other.
    static func columnSize(_ entries: [Entry]) -> (width: Double, height: Double) {
        (entries.map(width).max() ?? 0, Double(entries.count) * Theme.lineHeight)
    }

    /// One below the other, the block's top left corner given.
    static func column(_ entries: [Entry], x: Double, top: Double) -> Legend {
        Legend(
            entries: entries.enumerated().map { index, entry in
                Placed(entry: entry, x: x, y: top - (Double(index) + 0.5) * Theme.lineHeight)
            })
    }

    /// Rows from left to right, broken where `width` ends; the upper edge of the first one is at 0. Entries of several
    /// rows stand in columns.
    static func rows(_ entries: [Entry], x: Double, width: Double) -> (legend: Legend, height: Double) {
        let gap = 4.0
        let widest = entries.map(Self.width).max() ?? 0
        let isOneRow = entries.reduce(-gap) { $0 + Self.width($1) + gap } <= width
        let perRow = isOneRow ? max(entries.count, 1) : max(1, Int((width + gap) / (widest + gap)))
        var placed: [Placed] = []
        var left = 0.0
        for (index, entry) in entries.enumerated() {
            if index % perRow == 0 { left = 0 }
            placed.append(
                Placed(entry: entry, x: x + left, y: -(Double(index / perRow) + 0.5) * Theme.lineHeight))
            left += (isOneRow ? Self.width(entry) : widest) + gap
        }
        let rowCount = (entries.count + perRow - 1) / perRow
        return (Legend(entries: placed), Double(rowCount) * Theme.lineHeight)
    }

    func raised(by height: Double) -> Legend {
        var legend = self
        for index in legend.entries.indices { legend.entries[index].y += height }
        return legend
    }
}
