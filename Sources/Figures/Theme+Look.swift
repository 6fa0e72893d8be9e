extension Theme {
    /// What a figure is made for.
    public enum Look: String, Sendable, CaseIterable {
        /// For print: sizes as this theme has them, on white.
        case paper
        /// For a slide: the same layout, all of it so large that the smallest text is of 15 points.
        case talk
        /// For a dark slide: as `talk`, light on dark.
        case dark
    }
}

extension Theme.Look {
    /// Of all sizes, against print.
    var scale: Double { self == .paper ? 1 : 2.5 }

    var background: Color { self == .dark ? Color(0x12, 0x12, 0x12) : .white }

    /// A colour of marks and lines, so that it can be seen on the background.
    func drawn(_ color: Color) -> Color { self == .dark ? color.lightened(contrast: 3, on: background) : color }

    /// A colour of text.
    func text(_ color: Color) -> Color { self == .dark ? color.lightened(contrast: 4.5, on: background) : color }
}

extension Color {
    static let white = Color(0xFF, 0xFF, 0xFF)

    /// The colour that plays this one's part on a dark background: greys change places, hues are lightened until their
    /// contrast is reached.
    fileprivate func lightened(contrast: Double, on background: Color) -> Color {
        switch self {
        case .black: return Color(0xF2, 0xF2, 0xF2)
        case .gray: return Color(0xB8, 0xB8, 0xB8)
        case .lightGray: return Color(0x70, 0x70, 0x70)
        default: break
        }
        var color = self
        while (color.luminance + 0.05) / (background.luminance + 0.05) < contrast {
            color = Color(color.red.towardsWhite, color.green.towardsWhite, color.blue.towardsWhite)
        }
        return color
    }
}

extension UInt8 {
    fileprivate var towardsWhite: UInt8 { UInt8((Double(self) + (255 - Double(self)) * 0.08).rounded(.up)) }
}
