/// Text at a place on the page.
public struct Label: Sendable, Equatable {
    /// Where the text's anchor point is. Vertically the text is centred on it.
    public enum Anchor: Sendable, Equatable {
        /// Millimetres from the page's bottom left corner.
        case page(x: Double, y: Double)
        /// Under or over a value of the x-axis, at a height on the page in millimetres.
        case column(x: Double, pageY: Double)
        /// Beside a value of the y-axis, at a distance from the page's left edge in millimetres.
        case row(pageX: Double, y: Double)
    }

    public enum Alignment: String, Sendable {
        case left, center, right
    }

    /// How the letters look. Other than regular is for a figure's own words only: gnuplot sets them by a markup whose
    /// special characters can be escaped, but which would stand between a name and its being drawn as typed.
    public enum Style: Sendable {
        case regular, bold
    }

    /// Newlines begin new lines.
    public var text: String
    public var anchor: Anchor
    public var alignment: Alignment
    /// Points at print size.
    public var size: Double
    public var color: Color
    public var style: Style
    /// Reads upwards.
    public var isRotated: Bool

    public init(
        _ text: String, at anchor: Anchor, alignment: Alignment = .left, size: Double = Theme.smallText,
        color: Color = .black, style: Style = .regular, isRotated: Bool = false
    ) {
        self.text = text
        self.anchor = anchor
        self.alignment = alignment
        self.size = size
        self.color = color
        self.style = style
        self.isRotated = isRotated
    }
}
