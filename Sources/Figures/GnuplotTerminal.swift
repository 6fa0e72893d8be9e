import Foundation

/// One of gnuplot's terminals, set so that points and millimetres come out at their real size.
///
/// The terminals disagree about the size of a font, of a line and of a marker of size 1; the factors were measured on
/// their output (gnuplot 5.4).
struct GnuplotTerminal {
    /// The command that selects the terminal for a page of the given size in millimetres.
    let selection: @Sendable (_ width: Double, _ height: Double) -> String
    /// gnuplot's `pointsize` for a marker 1 point wide.
    let markerUnit: Double
    /// The same for triangles and diamonds, which must be wider to look as large. Cairo draws them as wide as a circle,
    /// the SVG terminal 1.4 times that.
    let pointedMarkerUnit: Double
    /// gnuplot's tick `scale` for a tick 1 point long.
    let tickUnit: Double

    /// - Parameter look: sets the size of everything and the background.
    init(_ format: Figure.Format, look: Theme.Look = .paper) {
        let scale = look.scale
        let background = GnuplotText.color(look.background)
        func scaled(_ factor: Double) -> String { GnuplotText.measure(factor * scale) }
        let (svgScale, pdfFont, pdfLine, pngFont, pngLine) = (
            scaled(1.3333), scaled(0.75), scaled(2), scaled(3.07), scaled(3.9)
        )
        switch format {
        case .svg:
            // A CSS pixel is 1/96 inch, a point 4/3 of it.
            selection = { width, height in
                let size = [width, height].map { GnuplotText.number(($0 * scale / 25.4 * 96).rounded()) }
                return "set terminal svg size \(size[0]),\(size[1]) fixed enhanced font '\(Theme.font),7' "
                    + "fontscale \(svgScale) linewidth \(svgScale) background \(background)"
            }
            markerUnit = 0.2136 * scale
            pointedMarkerUnit = 0.19 * scale
            tickUnit = 0.2 * scale
        case .pdf:
            selection = { width, height in
                let size = [width, height].map { GnuplotText.measure($0 * scale / 10) }
                return "set terminal pdfcairo size \(size[0])cm,\(size[1])cm enhanced font '\(Theme.font),7' "
                    + "fontscale \(pdfFont) linewidth \(pdfLine) background \(background)"
            }
            markerUnit = 0.165 * scale
            pointedMarkerUnit = 0.2 * scale
            tickUnit = 0.2 * scale
        case .png:
            // 300 dots per inch.
            selection = { width, height in
                let size = [width, height].map { GnuplotText.number(($0 * scale / 25.4 * 300).rounded()) }
                return "set terminal pngcairo size \(size[0]),\(size[1]) enhanced font '\(Theme.font),7' "
                    + "fontscale \(pngFont) linewidth \(pngLine) dashlength 2 background \(background)"
            }
            markerUnit = 0.683 * scale
            pointedMarkerUnit = 0.83 * scale
            tickUnit = 0.2 * scale
        }
    }

    /// A picture for a terminal, `pixels` wide.
    init(sixelWidth pixels: Double, look: Theme.Look = .paper) {
        let background = GnuplotText.color(look.background)
        selection = { width, height in
            let scale = pixels / width
            let size = [width, height].map { GnuplotText.number(($0 * scale).rounded()) }
            let points = GnuplotText.measure(scale * 25.4 / 72)
            return "set terminal sixelgd size \(size[0]),\(size[1]) truecolor enhanced font '\(Theme.font),7' "
                + "fontscale \(points)*0.75 linewidth \(points) background \(background)"
        }
        // libgd draws circles and squares smaller than triangles.
        markerUnit = 0.3 * pixels / 600
        pointedMarkerUnit = 0.2 * pixels / 600
        tickUnit = 0.2
    }
}
