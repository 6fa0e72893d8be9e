/// The parts of a page around its panels.
extension Figure {
    /// What a title takes at the top of a page `width` millimetres wide.
    static func titleHeight(_ title: String?, width: Double) -> Double {
        guard let title else { return 0 }
        return Double(titleLines(title, width: width).count) * Theme.lineHeight + 1
    }

    /// What a caption takes at the bottom of a page.
    static func captionHeight(_ caption: String?, width: Double) -> Double {
        guard let caption else { return 0 }
        return Double(captionLines(caption, width: width).count) * Theme.smallLineHeight + 1.2
    }

    private static func titleLines(_ title: String, width: Double) -> [String] {
        TextMetrics.wrapped(title, size: Theme.text, width: (width - 2 * Theme.margin) / 1.03)
    }

    private static func captionLines(_ caption: String, width: Double) -> [String] {
        TextMetrics.wrapped(caption, size: Theme.smallText, width: (width - 2 * Theme.margin) / 1.03)
    }

    /// Adds the labels of title and caption, for which room was left.
    mutating func placeTitleAndCaption() {
        if let title {
            for (index, line) in Self.titleLines(title, width: width).enumerated() {
                let y = height - Theme.margin - (Double(index) + 0.5) * Theme.lineHeight
                labels.append(
                    Label(line, at: .page(x: Theme.margin, y: y), size: Theme.text))
            }
        }
        if let caption {
            let lines = Self.captionLines(caption, width: width)
            for (index, line) in lines.enumerated() {
                let y = Theme.margin + (Double(lines.count - 1 - index) + 0.5) * Theme.smallLineHeight
                labels.append(Label(line, at: .page(x: Theme.margin, y: y), color: .gray))
            }
        }
    }
}
