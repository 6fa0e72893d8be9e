import Foundation

extension Figure {
    /// The figure as text for a terminal.
    ///
    /// Without sixel graphics the figure is drawn in braille dots and box characters: curves without their bands, the
    /// legend over them, the table under the ticks. Without colours groups differ by their dashes or letters,
    /// and tiles by shades, of other signs below 0.
    ///
    /// - Parameters:
    ///   - width: columns of the terminal; lines are never longer.
    ///   - height: lines to aim at. Panels get at least eight lines, so that many groups may need more.
    ///   - sixel: draw a real picture, for terminals that say they can show sixel graphics.
    ///   - usesColor: whether escape sequences for colours may be used in text.
    /// - Throws: `FigureError` when gnuplot is needed (for sixel) and fails.
    public func drawInTerminal(
        width: Int = 80, height: Int = 24, sixel: Bool = false, usesColor: Bool = false
    ) throws -> String {
        guard sixel else { return TextDrawing(figure: self, width: width, height: height, usesColor: usesColor).text }
        let pixels = min(Double(width) * 8, self.width / 25.4 * 160)
        let script = GnuplotScript.render(self, terminal: GnuplotTerminal(sixelWidth: pixels, look: theme), output: nil)
        let picture = try GnuplotProcess.run(script).output
        return String(decoding: picture, as: UTF8.self)
    }
}
