import Foundation

/// What a model drew from the patches of slides, each patch where it lies.
public struct SlideFigure: Sendable {
    public struct Slide: Sendable, Equatable {
        public var name: String
        /// Left and upper edges of the patches, y growing downwards as in the slide's own pixels.
        public var x: [Double]
        public var y: [Double]
        /// One per patch.
        public var weights: [Double]

        /// - Precondition: as many of each.
        public init(name: String, x: [Double], y: [Double], weights: [Double]) {
            precondition(x.count == y.count && x.count == weights.count, "a place and a weight for each patch")
            self.name = name
            self.x = x
            self.y = y
            self.weights = weights
        }
    }

    public var slides: [Slide]
    /// What the colours mean.
    public var weightName: String
    public var title: String?
    public var caption: String?
    public var width: Figure.Width

    public init(
        slides: [Slide], weightName: String, title: String? = nil, caption: String? = nil,
        width: Figure.Width = .singleColumn
    ) {
        self.slides = slides
        self.weightName = weightName
        self.title = title
        self.caption = caption
        self.width = width
    }

    /// Lays the figure out: all slides in one scale of length and one of colour.
    ///
    /// - Throws: `FigureError` when there is no patch, or a place or weight is not a number.
    public func figure() throws -> Figure {
        guard slides.contains(where: { !$0.x.isEmpty }) else { throw FigureError.nothingToDraw("there are no patches") }
        for slide in slides {
            if let bad = (slide.x + slide.y + slide.weights).first(where: { !$0.isFinite }) {
                throw FigureError.invalidValue("a patch of \(slide.name) has \(bad) for its place or weight")
            }
        }
        let drawn = slides.filter { !$0.x.isEmpty }
        let page = width.rawValue
        let scale = ColorScale.sequential(Self.range(drawn.flatMap(\.weights)))
        let sides = Self.patchSides(drawn)
        let columns = min(drawn.count, width.isNarrow ? 2 : 4)
        let gap = 3.0
        let areaWidth = (page - 2 * Theme.margin - gap * Double(columns - 1)) / Double(columns)
        let extents = zip(drawn, sides).map { slide, side in
            (width: slide.x.max()! - slide.x.min()! + side, height: slide.y.max()! - slide.y.min()! + side)
        }
        // Pixels of the slide in a millimetre: the widest fits the width, none gets higher than 110 mm.
        let pixels = max(extents.map { $0.width / areaWidth }.max()!, extents.map { $0.height / 110 }.max()!)
        let rows = (drawn.count + columns - 1) / columns
        let heights = (0..<rows).map { row in
            extents[(row * columns)..<min(extents.count, (row + 1) * columns)].map { $0.height / pixels }.max()!
        }
        let bar = ColorBar(
            scale: scale, title: weightName, values: drawn.flatMap(\.weights), room: page - 2 * Theme.margin)
        let base = Theme.margin + Figure.captionHeight(caption, width: page)
        let top = base + heights.reduce(0) { $0 + $1 + 4.5 } + 0.5
        let barTop = top + bar.height + 0.5
        var figure = Figure(
            width: page, height: barTop + Figure.titleHeight(title, width: page) + Theme.margin, title: title,
            caption: caption)
        for (index, slide) in drawn.enumerated() {
            let (row, column, side) = (index / columns, index % columns, sides[index])
            let above = heights[0..<row].reduce(0) { $0 + $1 + 4.5 }
            let size = (width: extents[index].width / pixels, height: extents[index].height / pixels)
            let left = Theme.margin + Double(column) * (areaWidth + gap) + (areaWidth - size.width) / 2
            let area = Rectangle(x: left, y: top - above - 4.5 - size.height, width: size.width, height: size.height)
            let (low, high) = (slide.x.min()!, slide.y.max()! + side)
            var panel = Panel(
                area: area, x: Axis(range: low...(low + extents[index].width)),
                y: Axis(range: (-high)...(-high + extents[index].height)), frame: .box,
                title: TextMetrics.fitted(GnuplotText.singleLine(slide.name), size: Theme.text, width: areaWidth / 1.03)
            )
            // The least first, so that where patches overlap the heaviest shows.
            let order = slide.weights.indices.sorted { (slide.weights[$0], $0) < (slide.weights[$1], $1) }
            panel.series = [
                Series(
                    name: weightName, .tiles, color: .gray,
                    columns: [
                        order.map { slide.x[$0] }, order.map { slide.x[$0] + side },
                        order.map { -slide.y[$0] - side }, order.map { -slide.y[$0] },
                    ], pointColors: order.map { scale.color(slide.weights[$0]) })
            ]
            panel.series[0].scale = scale
            figure.panels.append(panel)
        }
        figure.panels.append(bar.panel(x: Theme.margin, top: barTop))
        figure.placeTitleAndCaption()
        figure.summary = summary(drawn)
        return figure
    }

    private func summary(_ drawn: [Slide]) -> String {
        let each = drawn.map {
            "\($0.name): \(Words.counted($0.weights.count, "patch", "patches")), \(Words.range($0.weights))"
        }
        return Words.sentences(["\(weightName), of \(Words.counted(drawn.count, "slide"))"] + each)
    }

    /// From 0 to the 99th percentile, so that a single patch does not leave the others pale.
    private static func range(_ weights: [Double]) -> ClosedRange<Double> {
        let sorted = weights.sorted()
        let high = sorted[sorted.count - 1 - sorted.count / 100]
        return min(0, sorted[0])...max(high, 0)
    }

    /// The commonest distance from a patch of a slide to the next one in its row or column: patches are cut side by side.
    /// Slides of different magnification differ in it; one without neighbours has that of the others.
    private static func patchSides(_ slides: [Slide]) -> [Double] {
        let counts = slides.map(distances)
        let pooled = counts.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
        // No two in a row: a fortieth of the slide.
        let spans = slides.flatMap { [($0.x.max()! - $0.x.min()!), ($0.y.max()! - $0.y.min()!)] }
        let widest = spans.max() ?? 0
        return counts.map { commonest($0) ?? commonest(pooled) ?? (widest > 0 ? widest / 40 : 256) }
    }

    /// How often each distance occurs between neighbours in a row or column.
    private static func distances(_ slide: Slide) -> [Double: Int] {
        var counts: [Double: Int] = [:]
        for (along, across) in [(slide.x, slide.y), (slide.y, slide.x)] {
            let order = along.indices.sorted { (across[$0], along[$0]) < (across[$1], along[$1]) }
            for (first, second) in zip(order, order.dropFirst()) where across[first] == across[second] {
                let distance = along[second] - along[first]
                if distance > 0 { counts[distance, default: 0] += 1 }
            }
        }
        return counts
    }

    /// Of equally common ones the shortest.
    private static func commonest(_ counts: [Double: Int]) -> Double? {
        counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key
    }
}
