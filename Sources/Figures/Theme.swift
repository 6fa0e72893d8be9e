/// Sizes that all figures share. Text and lines are in points at print size, lengths in millimetres.
public enum Theme {
    /// A sans font with the metrics of Helvetica; Liberation Sans stands in for it where it is not installed.
    public static let font = "Arial"
    /// Titles of axes, legends.
    public static let text = 7.0
    /// Tick labels, tables, notes.
    public static let smallText = 6.0
    /// Panel letters, titles.
    public static let letterText = 8.0

    public static let curveWidth = 0.9
    public static let axisWidth = 0.5
    public static let referenceWidth = 0.5

    /// From one line of text to the next.
    static let lineHeight = 3.1
    static let smallLineHeight = 2.7
    static let legendSample = 4.5
    static let legendGap = 1.2
    /// Kept free around the outermost text of a page.
    static let margin = 1.2
}
