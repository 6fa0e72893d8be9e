import Foundation

/// An opaque sRGB colour.
public struct Color: Sendable, Hashable {
    public var red: UInt8
    public var green: UInt8
    public var blue: UInt8

    public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    public static let black = Color(0, 0, 0)
    /// Axes and secondary text.
    public static let gray = Color(0x59, 0x59, 0x59)
    /// Frames, reference lines and other things to be seen last.
    public static let lightGray = Color(0xB3, 0xB3, 0xB3)

    /// Okabe and Ito's colours (jfly.uni-koeln.de/color), told apart by readers with any kind of colour vision. Yellow,
    /// which cannot be read on white, gives its place to a grey.
    public static let palette = [
        Color(0x00, 0x72, 0xB2), Color(0xD5, 0x5E, 0x00), Color(0x00, 0x9E, 0x73), Color(0xCC, 0x79, 0xA7),
        Color(0xE6, 0x9F, 0x00), Color(0x56, 0xB4, 0xE9), Color(0x00, 0x00, 0x00), Color(0x8C, 0x8C, 0x8C),
    ]

    /// The palette's colour for the group at `index`, beginning again after the last.
    public static func group(_ index: Int) -> Color { palette[index % palette.count] }

    /// Relative luminance as WCAG 2 defines it: 0 for black, 1 for white.
    var luminance: Double {
        func linear(_ channel: UInt8) -> Double {
            let value = Double(channel) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    /// The same hue, dark enough for small text on white (a contrast of 4.5 to 1).
    public var forText: Color {
        var color = self
        while 1.05 / (color.luminance + 0.05) < 4.5 {
            color = Color(color.red.scaled(0.94), color.green.scaled(0.94), color.blue.scaled(0.94))
        }
        return color
    }
}

extension UInt8 {
    fileprivate func scaled(_ factor: Double) -> UInt8 { UInt8((Double(self) * factor).rounded(.down)) }
}
