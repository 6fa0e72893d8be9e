import Foundation

/// A strip of a scale's colours with its numbers, laid out as a panel.
///
/// The title stands before the strip, or in lines over it where there is no room for both beside each other. Where values
/// lie beyond the scale the number at its end says so, with ≤ or ≥.
struct ColorBar {
    private let scale: ColorScale
    private let range: ClosedRange<Double>
    private let lines: [String]
    private let isBeside: Bool
    /// Of the strip, in millimetres.
    private let length: Double
    private let ticks: [Axis.Tick]
    /// From the left end of all to that of the strip, and from the strip's right end to that of the numbers.
    private let before: Double
    private let after: Double

    private static let stripHeight = 2.0
    private static let longest = 26.0
    /// Strip and numbers.
    private static let numberedHeight = 5.2

    /// - Parameters:
    ///   - values: what is coloured.
    ///   - room: how wide title, strip and numbers may be together, in millimetres.
    init(scale: ColorScale, title: String, values: [Double], room: Double) {
        self.scale = scale
        let own = scale.range
        range = own.lowerBound < own.upperBound ? own : (own.lowerBound - 1)...(own.upperBound + 1)
        let title = GnuplotText.singleLine(title)
        let titleWidth = Self.width(title, size: Theme.text) + 1.5
        // The numbers at the ends reach beyond the strip.
        isBeside = titleWidth + Self.longest + 6 <= room
        length = isBeside ? Self.longest : max(min(Self.longest, room - 12), 5)
        lines =
            isBeside
            ? [title]
            : TextMetrics.wrapped(title, size: Theme.text, width: room / 1.03).map {
                TextMetrics.fitted($0, size: Theme.text, width: room / 1.03)
            }
        ticks = Self.ticks(range, beyond: values, length: length)
        let millimetre = (range.upperBound - range.lowerBound) / length
        let (low, high) = (range.lowerBound, range.upperBound)
        let left = ticks.map { Self.width($0.label) / 2 - ($0.position - low) / millimetre }.max() ?? 0
        let right = ticks.map { Self.width($0.label) / 2 - (high - $0.position) / millimetre }.max() ?? 0
        before = max(isBeside ? titleWidth : 0, left)
        after = max(isBeside ? 3 : 0, right)
    }

    /// What the title's lines take over the strip.
    var headroom: Double { isBeside ? 0 : Double(lines.count) * Theme.lineHeight + 0.4 }

    var height: Double { headroom + Self.numberedHeight }

    var width: Double {
        max(before + length + after, isBeside ? 0 : lines.map { Self.width($0, size: Theme.text) }.max() ?? 0)
    }

    /// - Parameters:
    ///   - x: the left end.
    ///   - top: the upper edge.
    func panel(x: Double, top: Double) -> Panel {
        let area = Rectangle(
            x: x + before, y: top - headroom - Self.stripHeight, width: length, height: Self.stripHeight)
        var panel = Panel(area: area, x: Axis(range: range), y: Axis(range: 0...1), frame: .none)
        let steps = 64
        let edges = (0...steps).map {
            range.lowerBound + (range.upperBound - range.lowerBound) * Double($0) / Double(steps)
        }
        // Each reaches to the end, and the next lies over it: no seam shows between them.
        panel.series = [
            Series(
                .tiles, color: .gray,
                columns: [
                    Array(edges.dropLast()), edges.dropFirst().map { _ in range.upperBound },
                    edges.dropFirst().map { _ in 0 }, edges.dropFirst().map { _ in 1 },
                ], pointColors: zip(edges, edges.dropFirst()).map { scale.color(($0 + $1) / 2) })
        ]
        panel.labels = ticks.map {
            Label($0.label, at: .column(x: $0.position, pageY: area.y - 1.9), alignment: .center)
        }
        panel.labels += lines.enumerated().map { index, line in
            let y = isBeside ? area.y + Self.stripHeight / 2 : top - (Double(index) + 0.5) * Theme.lineHeight
            return Label(line, at: .page(x: x, y: y), size: Theme.text)
        }
        return panel
    }

    /// Round numbers, and the ends beyond which there are values.
    private static func ticks(_ range: ClosedRange<Double>, beyond values: [Double], length: Double) -> [Axis.Tick] {
        var ticks: [Axis.Tick] = []
        if values.contains(where: { $0 < range.lowerBound }) {
            ticks.append(Axis.Tick(range.lowerBound, "≤ " + short(range.lowerBound)))
        }
        if values.contains(where: { $0 > range.upperBound }) {
            ticks.append(Axis.Tick(range.upperBound, "≥ " + short(range.upperBound)))
        }
        let round = (3...6).lazy.map { Ticks.linear(range, count: $0) }.first { $0.count > 1 } ?? []
        let millimetre = (range.upperBound - range.lowerBound) / length
        for tick in round {
            let isClear = ticks.allSatisfy {
                abs($0.position - tick.position) / millimetre > (width($0.label) + width(tick.label)) / 2 + 0.8
            }
            if isClear { ticks.append(tick) }
        }
        return ticks.sorted { $0.position < $1.position }
    }

    /// Three digits that count.
    private static func short(_ value: Double) -> String {
        Ticks.text(Double(String(format: "%.3g", locale: nil, value)) ?? value)
    }

    private static func width(_ text: String, size: Double = Theme.smallText) -> Double {
        TextMetrics.width(text, size: size) * 1.03
    }
}
